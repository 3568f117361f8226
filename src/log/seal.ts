// Seals: what the operator of a log signs. A seal says by a Merkle root what every command from one
// sequence to another was and which events it had, and contains the hash of the seal before, so
// that the newest one vouches for all.

import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** Commands in one leaf: what a proof shows of others besides. */
export const LEAF_COMMANDS = 64;

export type SealBody = {
  readonly version: 1;
  readonly instanceId: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Merkle root over the leaves, hexadecimal. */
  readonly root: string;
  /** SHA-256 of the seal before as it stands in its file; "" in the first. */
  readonly previous: string;
  readonly timeMicros: number;
};

/** `signature`: Ed25519 over the body's JSON, base64. */
export type Seal = SealBody & { readonly signature: string };

export type SealSigner = {
  sign(body: SealBody): Seal;
  /** Whether it signed this one, and nothing in it was changed. */
  isOwn(seal: Seal): boolean;
};

export function sealSignerOf(privateKey: KeyObject): SealSigner {
  const publicKey = createPublicKey(privateKey);
  return {
    sign: (body) => sealBody(body, privateKey),
    isOwn: (seal) => isSealedBy(seal, publicKey),
  };
}

export function sealBody(body: SealBody, privateKey: KeyObject): Seal {
  const signature = sign(null, Buffer.from(bodyText(body)), privateKey).toString("base64");
  return { ...body, signature };
}

export function isSealedBy(seal: Seal, publicKey: KeyObject): boolean {
  const signature = Buffer.from(seal.signature, "base64");
  return verify(null, Buffer.from(bodyText(seal)), publicKey, signature);
}

/** Leaves that the sealed commands make: runs of 64 from the first. */
export function leafCountOf({ firstSequence, lastSequence }: SealBody): number {
  return Math.ceil((lastSequence - firstSequence + 1) / LEAF_COMMANDS);
}

export function sealText(seal: Seal): string {
  const text = bodyText(seal);
  return `${text.slice(0, -1)},"signature":${JSON.stringify(seal.signature)}}`;
}

export function sealHash(seal: Seal): string {
  return createHash("sha256").update(sealText(seal)).digest("hex");
}

/** One text for one body, whatever the order in which its fields were read. */
function bodyText(seal: SealBody): string {
  const { version, instanceId, firstSequence, lastSequence, root, previous, timeMicros } = seal;
  return JSON.stringify({
    ...{ version, instanceId, firstSequence, lastSequence, root, previous, timeMicros },
  });
}
