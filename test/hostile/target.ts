// What is fed: a decoder of the product, behind its own gateway where it has one.

export type FeedKind = "framed" | "raw";

export type Target = {
  readonly name: string;
  /** Contents of valid messages: changed, and then put into a frame that is right. */
  readonly bodies: readonly Buffer[];
  /** The bytes of the next message of the session with this content, to be fed as "framed". */
  frame(body: Buffer): Buffer;
  /** Messages that are changed as they are, frames and all, made anew for each input. */
  readonly whole: readonly (() => Buffer)[];
  /** Gives it one input in pieces: of a session in which all frames are right, or of another. */
  feed(pieces: readonly Buffer[], kind: FeedKind): void;
  /** Sessions that were ended, and those of them that did not end as the protocol has it. */
  readonly endedCount: number;
  readonly silentCount: number;
  /** Whether a client that does everything right is served; waits for that. */
  serves(): Promise<boolean>;
  /** Ends what it has open. */
  close(): void;
};

const TURNS_MAX = 20_000;

/** Whether it comes true within some turns of the event loop, as many as a slow disk needs. */
export async function comesTrue(isThere: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    if (isThere()) return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
