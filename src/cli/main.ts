// The process of `outcry VERB ...`: what it owes to its streams and its launcher, then the command
// line. It ends when the verb's work ends: a verb closes what it opened.

import { runCommandLine } from "./command-line.ts";
import { endQuietlyWhenUnread } from "./unread-output.ts";
import { EXIT_DONE } from "./verb.ts";

/** tools/launch.mjs keeps a channel open: it closes when the launcher is killed, and so are we. */
function dieWithLauncher(): void {
  if (!process.connected) return;
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.channel?.unref();
}

endQuietlyWhenUnread(EXIT_DONE);
dieWithLauncher();
process.exitCode = await runCommandLine(process.argv.slice(2));
