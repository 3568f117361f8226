// A process that opens the log in the directory it is told, says "open", and appends without end,
// saying each durable sequence. "locked PID" when it is refused. It ends when it is killed.

import { writeSync } from "node:fs";
import { LOG_LOCKED, LogFailure } from "./log-failure.ts";
import { appendNext, openLog } from "./log-for-test.ts";

const [directory, commandsMax] = process.argv.slice(2);

try {
  const { log, lastSequence } = await openLog(directory);
  log.onDurable((durableSequence) => {
    writeSync(1, `${durableSequence}\n`);
    appendSome();
  });
  log.onFailure((failure) => {
    throw failure;
  });
  function appendSome(): void {
    const count = 1 + (log.appendedSequence % 9);
    for (let i = 0; i < count && log.appendedSequence < Number(commandsMax); i++) appendNext(log);
    log.commit();
  }
  writeSync(1, `open ${lastSequence}\n`);
  appendSome();
  setInterval(appendSome, 1000); // Keeps the process alive when it has nothing to write.
} catch (failure) {
  if (!(failure instanceof LogFailure) || failure.code !== LOG_LOCKED) throw failure;
  writeSync(1, `${failure.message}\n`);
}
