// An account's executions over gRPC, over all lives of a venue: each once and in order, resumed at
// the last that was seen.

import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { metadataOf, orderEntryAt } from "./batch-load-for-test.ts";
import { HeardOrders } from "./heard-orders-for-test.ts";

type Execution = {
  readonly sequence: number;
  readonly index: number;
  readonly execType: string;
  readonly orderId: number;
};

export class GrpcFollower {
  /** All new orders of the account. */
  readonly heard = new HeardOrders();
  readonly #key: string;
  #last = { sequence: 0, index: 0 };
  /** A command that may have been seen in part, and is told again. */
  #resumedSequence = 0;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(key: string) {
    this.#key = key;
  }

  connect(port: number): void {
    this.#ended = this.#follow(port);
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Again while the history is behind the log; until the venue dies. */
  async #follow(port: number): Promise<void> {
    const client = orderEntryAt(port);
    let why = "HISTORY";
    while (/HISTORY/.test(why)) why = await this.#stream(client);
    client.close();
  }

  /** Why it ended. */
  #stream(client: ReturnType<typeof orderEntryAt>): Promise<string> {
    this.#resumedSequence = this.#last.sequence;
    const afterSequence = Math.max(0, this.#resumedSequence - 1);
    const call = client.StreamExecutions({ afterSequence }, metadataOf(this.#key));
    call.on("data", ({ executions }: { executions: Execution[] }) => {
      for (const execution of executions) this.#onExecution(execution);
    });
    call.on("error", () => {}); // The status says it too.
    return new Promise((resolve) => {
      call.on("status", ({ code, details }: { code: number; details: string }) => {
        assert.equal(code, status.UNAVAILABLE, details);
        resolve(details);
      });
    });
  }

  #onExecution({ sequence, index, execType, orderId }: Execution): void {
    const last = this.#last;
    const isNews = sequence > last.sequence || (sequence === last.sequence && index > last.index);
    assert.ok(isNews || sequence === this.#resumedSequence, `${sequence} is told once, in order`);
    if (!isNews) return;
    this.#last = { sequence, index };
    if (execType === "EXEC_TYPE_NEW") this.heard.add(orderId);
  }
}
