import assert from "node:assert/strict";
import { test } from "node:test";
import { foldOffCpu } from "./off-cpu.ts";

/**
 * perf 6.1, `perf record --switch-events -e sched:sched_switch --call-graph dwarf` on a server that
 * syncs, cut: it waits for a request, syncs for 1.38 ms, is preempted.
 */
const SWITCHES = `work-server 20458/20507 62659.039781: PERF_RECORD_SWITCH IN         
work-server 20458/20507 62659.040169: sched:sched_switch: prev_prio=120 prev_state=S ==> ...
	ffffffff82265ec8 __schedule ([kernel.kallsyms])
	ffffffff82266833 schedule ([kernel.kallsyms])
	ffffffff8212e5bd unix_stream_read_generic ([kernel.kallsyms])
	          10a974 __libc_recv (/usr/lib/x86_64-linux-gnu/libc.so.6)
	            2b56 std::thread::_M_run (/srv/work-server)

work-server 20458/20507 62659.040181: PERF_RECORD_SWITCH OUT        
work-server 20458/20507 62659.040369: PERF_RECORD_SWITCH IN         
work-server 20458/20507 62659.040389: sched:sched_switch: prev_prio=120 prev_state=D ==> ...
	ffffffff82265ec8 __schedule ([kernel.kallsyms])
	ffffffff81b4c2f1 submit_bio_wait ([kernel.kallsyms])
	          105a2a fdatasync (/usr/lib/x86_64-linux-gnu/libc.so.6)
	            2b56 std::thread::_M_run (/srv/work-server)

work-server 20458/20507 62659.040399: PERF_RECORD_SWITCH OUT        
work-server 20458/20507 62659.041769: PERF_RECORD_SWITCH IN         
work-server 20458/20507 62659.041781: sched:sched_switch: prev_prio=120 prev_state=R+ ==> ...
	ffffffff82265ec8 __schedule ([kernel.kallsyms])
	            2b56 std::thread::_M_run (/srv/work-server)

work-server 20458/20507 62659.041790: PERF_RECORD_SWITCH OUT preempt
`;

test("time off the processor is told by state: from a thread's leaving to its coming back", () => {
  const { stacks, switches, byState, timed } = foldOffCpu(SWITCHES);
  assert.deepEqual([switches, byState], [3, { S: 1, D: 1, R: 1 }]);
  // Preempted at the end: nobody saw it come back, so that the stretch has no length.
  assert.deepEqual(timed?.nanosByState, { S: 200_000, D: 1_380_000 });
  // It ran 388 + 20 + 12 us and was away for 1,580.
  assert.equal(timed?.deviceShare.toFixed(4), (1380 / 2000).toFixed(4));
  assert.equal(timed?.futexShare, 0);
  assert.equal(
    stacks.text(),
    "std::thread::_M_run;__libc_recv;unix_stream_read_generic_[k];state S 200\n" +
      "std::thread::_M_run;fdatasync;submit_bio_wait_[k];state D 1380\n",
  );
});

test("many short waits for requests are no longer more than one long wait for the disk", () => {
  const away = (at: number, state: string, micros: number): string =>
    `e 1/1 0.${String(at).padStart(6, "0")}: sched:sched_switch: prev_state=${state} ==> x\n` +
    `e 1/1 0.${String(at + micros).padStart(6, "0")}: PERF_RECORD_SWITCH IN\n`;
  const short = Array.from({ length: 20 }, (_, i) => away(i * 20, "S", 10)).join("");
  const { byState, timed } = foldOffCpu(`${short}${away(1000, "D", 9000)}`);
  assert.deepEqual(byState, { S: 20, D: 1 });
  assert.deepEqual(timed?.nanosByState, { S: 200_000, D: 9_000_000 });
});

test("a thread that only idles in a futex does not outweigh those that work", () => {
  const idle = `p 1/2 0.000000: PERF_RECORD_SWITCH IN
p 1/2 0.000001: sched:sched_switch: prev_state=S ==> x
	          1 futex_wait ([kernel.kallsyms])

p 1/2 1.000000: PERF_RECORD_SWITCH IN
`;
  const busy = `p 1/3 0.000000: PERF_RECORD_SWITCH IN
p 1/3 0.900000: sched:sched_switch: prev_state=S ==> x
	          1 ep_poll ([kernel.kallsyms])

p 1/3 1.000000: PERF_RECORD_SWITCH IN
`;
  assert.ok((foldOffCpu(idle + busy).timed?.futexShare ?? 1) < 0.001);
});

test("without records of coming back the switches are counted, and no time is made up", () => {
  const text = SWITCHES.split("\n").filter((line) => !line.includes("PERF_RECORD"));
  const { stacks, switches, byState, timed } = foldOffCpu(text.join("\n"));
  assert.equal(timed, undefined);
  assert.deepEqual([switches, byState], [3, { S: 1, D: 1, R: 1 }]);
  assert.match(stacks.text(), /fdatasync;submit_bio_wait_\[k\];state D 1\n/);
});
