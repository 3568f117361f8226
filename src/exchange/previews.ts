// What a command would do, worked out on a copy of the state: the exchange lends its state as
// bytes, and whoever is asked loads them into another engine, in a thread of his own where there is
// one (cli/previews.ts).

import { SnapshotWriter } from "../base/snapshot.ts";
import type { Engine } from "../engine/engine.ts";
import { type PreviewQuestion, previewOf } from "../engine/preview.ts";

/** The batch of events; an Error where none could be worked out. */
export type PreviewAnswer = Int32Array | Error;

export interface Previews {
  /** May answer at once. Until then `state` stays as it is. */
  ask(question: PreviewQuestion, onAnswer: (answer: PreviewAnswer) => void): void;
}

/**
 * Where the state is copied to for one preview after the other. The memory is kept: to touch new
 * memory for the first time takes ten times as long as to copy.
 */
export class LentState {
  #memory = new SharedArrayBuffer(0);

  /** A copy of the engine's state, for all threads, until the next one. O(state). */
  copyOf(engine: Engine): Uint8Array {
    const snapshot = new SnapshotWriter();
    engine.save(snapshot);
    const { byteLength } = snapshot;
    if (byteLength > this.#memory.byteLength) this.#memory = new SharedArrayBuffer(byteLength * 2);
    const state = new Uint8Array(this.#memory, 0, byteLength);
    snapshot.copyTo(state);
    return state;
  }
}

/** Where there is one thread for everything. */
export const previewsInPlace: Previews = {
  ask: (question, onAnswer) => onAnswer(previewOf(question)),
};
