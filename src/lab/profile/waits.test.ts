import assert from "node:assert/strict";
import { test } from "node:test";
import { waitsOf } from "./waits.ts";

/** Of a server that sleeps on each hundredth order, as perf's stacks were folded, cut. */
const SLEEPY = `main;accept;do_accept_[k];__skb_wait_for_more_packets_[k];state S 2341050
clone3;start_thread;[unknown];serve;write;exit_to_user_mode_loop_[k];state R 4074
clone3;[unknown];serve;handle;sleep_every_100th;__nanosleep;do_nanosleep_[k];state S 200000
clone3;start;serve;handle;sleep_every_100th;__nanosleep;do_nanosleep_[k];state S 71938
clone3;[unknown];serve;read;sock_recvmsg_[k];unix_stream_read_generic_[k];state S 1827562
clone3;start_thread;serve;locked;__lll_lock_wait;futex_wait_[k];state S 900
clone3;start_thread;serve;fdatasync;jbd2_log_wait_commit_[k];state D 800
`;

test("what working threads wait for is told apart from waiting for requests", () => {
  const { waits, idleMicros } = waitsOf(SLEEPY);
  assert.equal(idleMicros, 2_341_050 + 1_827_562);
  assert.deepEqual(waits, [
    { kind: "sleep", where: "handle > sleep_every_100th > __nanosleep", micros: 271_938 },
    { kind: "lock (futex)", where: "serve > locked > __lll_lock_wait", micros: 900 },
    { kind: "device", where: "start_thread > serve > fdatasync", micros: 800 },
  ]);
});
