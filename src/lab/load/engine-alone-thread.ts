// The thread of engine-alone.ts.

import { parentPort, workerData } from "node:worker_threads";
import type { EngineAloneReport, EngineAloneTask } from "./engine-alone.ts";
import { ANSWER_LOTS_WORD, ANSWER_STATUS_WORD, encodeLap, RECORD_WORDS } from "./lab-record.ts";
import { nowNanos } from "./monotonic.ts";
import { createRecordEngine } from "./record-engine.ts";

const INSTRUMENT = 1;
/** Orders between two readings of the clock. */
const PART = 10_000;
/** Laps before the first reading, for the compiler; at least so many orders. */
const WARM_UP_ORDERS = 200_000;

function measure({ mix, lap, seconds }: EngineAloneTask): EngineAloneReport {
  const requests = encodeLap(lap, INSTRUMENT);
  const answer = new Int32Array(RECORD_WORDS);
  const engine = createRecordEngine();
  const nanosPerOrder: number[] = [];
  let wrong = 0;
  let orders = 0;

  function play(first: number, end: number): void {
    for (let i = first; i < end; i++) {
      engine.answer(requests, i * RECORD_WORDS, answer, 0);
      const isRight =
        answer[ANSWER_STATUS_WORD] === lap.statuses[i] && answer[ANSWER_LOTS_WORD] === lap.lots[i];
      if (!isRight) wrong++;
    }
    orders += end - first;
  }

  /** The middle of a lap: between the orders that rest first and the cancels at the end. */
  function timeLap(): void {
    play(0, mix.restingOrders);
    const end = mix.restingOrders + mix.commands;
    for (let first = mix.restingOrders; first + PART <= end; first += PART) {
      const started = nowNanos();
      play(first, first + PART);
      nanosPerOrder.push((nowNanos() - started) / PART);
    }
    play(end - (mix.commands % PART), lap.commands);
  }

  while (orders < WARM_UP_ORDERS) timeLap();
  nanosPerOrder.length = 0;
  const deadline = nowNanos() + seconds * 1e9;
  while (nowNanos() < deadline) timeLap();
  return { nanosPerOrder, orders, wrong };
}

parentPort?.postMessage(measure(workerData as EngineAloneTask));
