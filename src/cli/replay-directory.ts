// Where a replay keeps its log: in a directory that the user names, which stays, or in a temporary
// one, which is gone when the program ends, however it ends.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export type ReplayDirectory = { readonly path: string; release(): void };

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const; // 128 + the signal's number, as shells do.

/** One directory a flow file; `dataDirectory` undefined means a temporary one. */
export function replayDirectory(file: string, dataDirectory: string | undefined): ReplayDirectory {
  if (dataDirectory !== undefined) {
    return { path: join(dataDirectory, basename(file), "log"), release: () => {} };
  }
  const path = mkdtempSync(join(tmpdir(), "outcry-replay-"));
  const remove = () => rmSync(path, { recursive: true, force: true });
  const removals = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const onSignal = () => {
      remove();
      process.exit(exitCode);
    };
    process.once(signal, onSignal);
    return () => process.removeListener(signal, onSignal);
  });
  return {
    path,
    release: () => {
      for (const removeListener of removals) removeListener();
      remove();
    },
  };
}
