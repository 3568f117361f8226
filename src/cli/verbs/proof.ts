// `outcry proof`: the history signed, an order's events proven, a proof checked offline.

import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writePrivateFile } from "../../ops/private-file.ts";
import { checkProof, isProof, type Proof, ProofError, proveOrder } from "../proof.ts";
import {
  DATA_OPTION,
  EXIT_DONE,
  EXIT_FAILED,
  integerArgument,
  usageError,
  type Verb,
} from "../verb.ts";

const USAGE = `usage: outcry proof keygen FILE
       outcry proof ORDER_ID [--data DIR] [--out FILE]
       outcry proof verify FILE --key PUBLIC_KEY_FILE

keygen: makes an Ed25519 key for outcry start --seal-key FILE, and FILE.pub for everybody.

ORDER_ID: replays the log of an exchange, running or not, and writes a proof that the events of that
order are in the history that was signed, as JSON. Exits 1 where the log is not what was signed, or
no signature vouches for the order yet.

verify: checks a proof with nothing but the public key, and prints what it proves, one JSON object a
line. Exits 1 where any byte of it is not as signed.

  --data DIR   the exchange's data directory (default ./data, or OUTCRY_DATA)
`;

export const verb: Verb = {
  name: "proof",
  summary: "prove that an event is in the signed history, and check such a proof",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: DATA_OPTION,
      out: { type: "string" },
      key: { type: "string" },
    },
  });
  const [first, file] = positionals;
  if (first === "keygen") return keygen(required("FILE", file));
  if (first === "verify") return verify(required("FILE", file), required("--key", values.key));
  const orderId = integerArgument("ORDER_ID", required("ORDER_ID", first), 1, 2 ** 53 - 1);
  return prove(join(values.data, "log"), orderId, values.out);
}

function required(what: string, found: string | undefined): string {
  if (found === undefined) throw usageError(what, "one", "none");
  return found;
}

function keygen(path: string): number {
  if (existsSync(path)) throw usageError("FILE", "a name that is free", path);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writePrivateFile(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  writeFileSync(`${path}.pub`, publicKey.export({ type: "spki", format: "pem" }));
  process.stdout.write(`${path} signs, ${path}.pub checks\n`);
  return EXIT_DONE;
}

function prove(directory: string, orderId: number, out: string | undefined): number {
  const { proof, unsealedEvents } = proveOrder(directory, orderId);
  if (unsealedEvents > 0) {
    process.stderr.write(`${unsealedEvents} events of the order are not signed yet\n`);
  }
  if (proof.leaves.length === 0) {
    process.stderr.write(`outcry proof: expected signed events of order ${orderId}, found none\n`);
    return EXIT_FAILED;
  }
  const text = `${JSON.stringify(proof)}\n`;
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
  return EXIT_DONE;
}

function readProof(path: string): Proof {
  const text = readFileSync(path, "utf8");
  try {
    const proof: unknown = JSON.parse(text);
    if (isProof(proof)) return proof;
  } catch {
    // Not even JSON.
  }
  throw new ProofError(`${path}: expected the JSON of a proof, found something else`);
}

function readPublicKey(path: string): KeyObject {
  const pem = readFileSync(path);
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new ProofError(`${path}: expected a public key (PEM), found something else`, { cause });
  }
}

function verify(path: string, keyPath: string): number {
  const proof = readProof(path);
  const steps = checkProof(proof, readPublicKey(keyPath));
  for (const { command, events } of steps) {
    const { sequence, timeMicros, kind } = command;
    const step = { sequence, timeMicros, command: kind, events };
    process.stdout.write(`${JSON.stringify(step)}\n`);
  }
  process.stdout.write(`order ${proof.orderId}: proven\n`);
  return EXIT_DONE;
}
