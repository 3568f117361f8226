// Garbage is collected before a measurement, so that it is not within the measured time: V8 has
// no call for it but under a flag.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Takes some milliseconds of this thread. */
export function collectGarbage(): void {
  collect();
}
