// The process of `outcry VERB ...`: what it owes to its streams and its launcher, then the command
// line. It ends when the verb's work ends: a verb closes what it opened.

import { runCommandLine } from "./command-line.ts";
import { EXIT_DONE } from "./verb.ts";

/** Whoever read our output has seen enough (`| head`): end as a reader's signal would, quietly. */
function endQuietlyWhenUnread(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_DONE);
    throw error;
  });
}

/** tools/launch.mjs keeps a channel open: it closes when the launcher is killed, and so are we. */
function dieWithLauncher(): void {
  if (!process.connected) return;
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.channel?.unref();
}

endQuietlyWhenUnread(process.stdout);
endQuietlyWhenUnread(process.stderr);
dieWithLauncher();
process.exitCode = await runCommandLine(process.argv.slice(2));
