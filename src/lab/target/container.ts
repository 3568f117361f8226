// A Docker container by its name: the host's pid of its first process, from `docker inspect`.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TargetFailure } from "./target-failure.ts";

const run = promisify(execFile);

/** Rejects where there is no Docker, no such container, or it does not run. */
export async function pidOfContainer(name: string): Promise<number> {
  try {
    const { stdout } = await run("docker", ["inspect", name]);
    return pidInInspection(stdout, name);
  } catch (cause) {
    throw new TargetFailure(`expected a container ${name} that runs here, found none`, { cause });
  }
}

/** `text`: what `docker inspect NAME` prints, a JSON array of one. */
export function pidInInspection(text: string, name: string): number {
  const [container] = JSON.parse(text) as { State?: { Running?: boolean; Pid?: number } }[];
  const { Running, Pid = 0 } = container?.State ?? {};
  if (Running !== true || Pid <= 0) {
    throw new Error(`container ${name}: expected one that runs here, found none`);
  }
  return Pid;
}
