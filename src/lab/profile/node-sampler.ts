// Samples a running Node process by V8's own profiler while `work` goes on.

import { type FoldedProfile, foldCpuProfile } from "./cpu-profile.ts";
import { InspectorClient } from "./inspector-client.ts";
import { openInspector, untilInspectorClosed } from "./node-inspector.ts";

/** 99 a second: at a millisecond V8's profiler takes a fifth of the rate where cores are two. */
export const INTERVAL_MICROS = 10_101;

export async function sampleNode(pid: number, work: () => Promise<void>): Promise<FoldedProfile> {
  const url = await openInspector(pid);
  const client = await InspectorClient.open(url);
  try {
    await client.startProfile(INTERVAL_MICROS);
    await work();
    return foldCpuProfile(await client.stopProfile());
  } finally {
    // Closes the port that SIGUSR1 opened: nothing of ours stays behind.
    await client.evaluate("setTimeout(() => process.getBuiltinModule('inspector').close(), 50)");
    client.close();
    await untilInspectorClosed(pid, url);
  }
}
