// Seals the history as it grows: gathers the leaves of what it is shown, and at each call signs
// what came since the last seal. It goes on where the seals in the directory end.

import type { RecordBuffer } from "../base/record-buffer.ts";
import type { Disk } from "../log/disk.ts";
import { leafHash, merkleRoot } from "../log/merkle.ts";
import { type Seal, type SealSigner, sealHash } from "../log/seal.ts";
import { appendSeal, readSeals, verifySealsOfLog } from "../log/seal-file.ts";
import { LeafBuilder } from "./leaf-builder.ts";

export class Sealer {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #signer: SealSigner;
  readonly #builder: LeafBuilder;
  #last: Seal | undefined;
  /** Not sealed yet. */
  #firstSequence: number;
  #leaves: Uint8Array[] = [];

  /** `beginSequence`: the first command to seal where there is no seal yet. */
  constructor(disk: Disk, directory: string, signer: SealSigner, beginSequence: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#signer = signer;
    this.#last = readSeals(disk, directory).at(-1);
    this.#firstSequence = this.#last === undefined ? beginSequence : this.#last.lastSequence + 1;
    this.#builder = new LeafBuilder(this.#firstSequence, (bytes) =>
      this.#leaves.push(leafHash(bytes)),
    );
  }

  /** The last command that it was shown. */
  get sequence(): number {
    return this.#builder.lastSequence;
  }

  /** The last command that a seal vouches for, or the one before the first to be sealed. */
  get sealedSequence(): number {
    return this.#firstSequence - 1;
  }

  add(records: RecordBuffer, offsetBytes: number, words: Int32Array, endWord: number): void {
    this.#builder.add(records, offsetBytes, words, endWord);
  }

  /**
   * Signs everything since the last seal; undefined when there is nothing. Rejects with LOG_DAMAGED
   * where that is of another log, or of more than is durable.
   */
  async seal(
    instanceId: string,
    durableSequence: number,
    timeMicros: number,
  ): Promise<Seal | undefined> {
    const last = this.#last;
    const seals = last === undefined ? [] : [last];
    verifySealsOfLog(this.#directory, seals, instanceId, durableSequence);
    this.#builder.flush();
    if (this.#leaves.length === 0) return undefined;
    const lastSequence = this.#builder.lastSequence;
    const firstSequence = this.#firstSequence;
    const body = {
      version: 1,
      instanceId,
      firstSequence,
      lastSequence,
      root: Buffer.from(merkleRoot(this.#leaves)).toString("hex"),
      previous: last === undefined ? "" : sealHash(last),
      timeMicros,
    } as const;
    const seal = this.#signer.sign(body);
    await appendSeal(this.#disk, this.#directory, seal);
    this.#last = seal;
    this.#firstSequence = lastSequence + 1;
    this.#leaves = [];
    return seal;
  }
}
