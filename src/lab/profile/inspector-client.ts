// V8's inspector of another process, as far as a CPU profile needs it. The protocol is JSON over a
// WebSocket: https://chromedevtools.github.io/devtools-protocol/v8/Profiler.

import { once } from "node:events";
import { WebSocket } from "ws";
import type { CpuProfile } from "./cpu-profile.ts";

const ANSWER_MILLIS_MAX = 60_000;

type Answer = { readonly id?: number; readonly result?: unknown; readonly error?: unknown };

export class InspectorClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async open(url: string): Promise<InspectorClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, "open");
    return new InspectorClient(socket);
  }

  async startProfile(intervalMicros: number): Promise<void> {
    await this.#ask("Profiler.enable", {});
    await this.#ask("Profiler.setSamplingInterval", { interval: intervalMicros });
    await this.#ask("Profiler.start", {});
  }

  async stopProfile(): Promise<CpuProfile> {
    const { profile } = (await this.#ask("Profiler.stop", {})) as { profile: CpuProfile };
    await this.#ask("Profiler.disable", {});
    return profile;
  }

  /** Runs an expression in the process; used to close its inspector again. */
  async evaluate(expression: string): Promise<void> {
    await this.#ask("Runtime.evaluate", { expression, includeCommandLineAPI: true });
  }

  close(): void {
    this.#socket.terminate();
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${method}: no answer from the inspector`)),
        ANSWER_MILLIS_MAX,
      );
      this.#waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
