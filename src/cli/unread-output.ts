// What becomes of a program whose output nobody reads, or takes, any more.

/** Whoever read it has seen enough (`| head`): it ends as a reader's signal would, quietly. */
export function endQuietlyWhenUnread(exitCode: number): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(exitCode);
      throw error;
    });
  }
}

/** An exchange trades on: the pipe's reader may be gone, the disk of the file full. */
export function goOnUnread(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error");
    stream.on("error", () => {});
  }
}
