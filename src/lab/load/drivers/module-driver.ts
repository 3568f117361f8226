// A user's own driver: an ES module that exports `open(lap, instrument, listener, argument)` and
// returns a Connection (driver.ts; docs/lab.md has an example).

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnswerListener, Connection, OpenConnection } from "../driver.ts";
import type { Lap } from "../lap.ts";

type UserModule = {
  open?(
    lap: Lap,
    instrument: number,
    listener: AnswerListener,
    argument: string,
  ): Promise<Connection>;
};

export async function moduleOpener(drive: {
  readonly path: string;
  readonly argument: string;
}): Promise<OpenConnection> {
  const { open } = (await import(pathToFileURL(resolve(drive.path)).href)) as UserModule;
  if (typeof open !== "function") {
    throw new Error(`${drive.path}: expected a module that exports open(), found none`);
  }
  return (lap, instrument, listener) => open(lap, instrument, listener, drive.argument);
}
