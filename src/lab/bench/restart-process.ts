// Opens the exchange in a directory, in a process of its own, and prints how long it took as one
// JSON line. Arguments: DIRECTORY.

import { openExchange } from "../../exchange/open-exchange.ts";

const [, , directory = ""] = process.argv;
const startedCpu = process.cpuUsage();
const started = performance.now();
const opened = await openExchange({ directory });
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(startedCpu);
const { exchange, snapshotSequence, recoveredCommands } = opened;
const cpuSeconds = (user + system) / 1e6;
const stateHash = exchange.stateHash();
await exchange.stop();
console.log(
  JSON.stringify({ seconds, cpuSeconds, snapshotSequence, recoveredCommands, stateHash }),
);
