// A Docker container by its name: the host's pid of its first process, from `docker inspect`.

import { runProgram } from "../run-program.ts";
import { TargetFailure } from "./target-failure.ts";

const MILLIS_MAX = 10_000;

/** Rejects where there is no Docker, no such container, or it does not run. */
export async function pidOfContainer(name: string): Promise<number> {
  const { isDone, stdout, stderr } = await runProgram("docker", ["inspect", name], MILLIS_MAX);
  if (isDone) return pidInInspection(stdout, name);
  const [why = ""] = stderr.split("\n").filter((line) => line !== "");
  throw new TargetFailure(`expected a container ${name} that runs here, found none: ${why}`);
}

/** `text`: what `docker inspect NAME` prints, a JSON array of one. */
export function pidInInspection(text: string, name: string): number {
  const [container] = JSON.parse(text) as { State?: { Running?: boolean; Pid?: number } }[];
  const { Running, Pid = 0 } = container?.State ?? {};
  if (Running !== true || Pid <= 0) {
    throw new TargetFailure(`container ${name}: expected one that runs here, found none`);
  }
  return Pid;
}
