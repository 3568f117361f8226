// `outcry key`: who may do what on this exchange.

import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type ApiKey,
  changeKeys,
  isEd25519PublicKey,
  newKey,
  OPERATOR_ACCOUNT_ID,
  ROLES,
  type Role,
  readKeys,
  shortLoginOf,
} from "../../gateway/keys.ts";
import {
  DATA_OPTION,
  EXIT_DONE,
  EXIT_FAILED,
  integerArgument,
  usageError,
  type Verb,
} from "../verb.ts";

const USAGE = `usage: outcry key add --account N [--role trader|viewer] [--hmac] [--ed25519 KEY]
       outcry key add --role operator [--hmac] [--ed25519 KEY]
       outcry key list
       outcry key revoke KEY_ID

Makes, lists and takes away the keys of an exchange, running or not: a running one follows
within a second, and ends what is logged in with a key that was taken away. A new key is printed
once; the file keeps what is needed to know it again.

  --role ROLE     trader (the usual one), operator or viewer, who may only look
  --account N     whose orders it is for: a trader and a viewer need it, an operator has none
  --hmac          its owner may also sign requests by HMAC-SHA256: then the file holds what he
                  signs with, and is as good as the key itself
  --ed25519 KEY   its owner may also sign by Ed25519: his public key, base64 of DER
  --data DIR      the exchange's data directory (default ./data, or OUTCRY_DATA)
`;

const ACCOUNT_ID_MAX = 4_294_967_295;

export const verb: Verb = {
  name: "key",
  summary: "add, list or revoke API keys",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      role: { type: "string", default: "trader" },
      account: { type: "string" },
      hmac: { type: "boolean", default: false },
      ed25519: { type: "string" },
      data: DATA_OPTION,
    },
  });
  const path = join(values.data, "keys.json");
  const [action = "nothing", keyId = ""] = positionals;
  switch (action) {
    case "add":
      return add(path, values);
    case "list":
      return list(path);
    case "revoke":
      return revoke(path, keyId);
    default:
      throw usageError("ACTION", "add, list or revoke", action);
  }
}

type AddValues = { role: string; account?: string; hmac: boolean; ed25519?: string };

function add(path: string, { role, account, hmac, ed25519 }: AddValues): number {
  if (!isRole(role)) throw usageError("--role", ROLES.join(", "), role);
  const isOperator = role === "operator";
  if (isOperator && account !== undefined) {
    throw usageError("--account", "none for an operator", account);
  }
  if (ed25519 !== undefined && !isEd25519PublicKey(ed25519)) {
    throw usageError("--ed25519", "base64 of an Ed25519 public key in DER", "something else");
  }
  const accountId = isOperator ? OPERATOR_ACCOUNT_ID : accountArgument(role, account);
  const { key, keyText } = newKey({
    ...{ accountId, role, signsByHmac: hmac },
    ...(ed25519 === undefined ? {} : { ed25519PublicKey: ed25519 }),
  });
  const known = readKeys(path);
  changeKeys(path, (keys = []) => [...keys, key]);
  process.stdout.write(`${keyText}\n`);
  const login = shortLoginOf(keyText);
  if (login !== undefined) {
    const { username, password } = login;
    const use = role === "trader" ? "OUCH, FIX" : "FIX drop copies";
    process.stderr.write(`its short login (${use}): username ${username}, password ${password}\n`);
  }
  if (known === undefined) {
    process.stderr.write(`${path} is new: an exchange that starts there prints no first key\n`);
  }
  return EXIT_DONE;
}

function accountArgument(role: Role, text: string | undefined): number {
  if (text === undefined) {
    throw usageError("--account", `--account N, which the key of a ${role} needs`, "none");
  }
  return integerArgument("--account", text, 1, ACCOUNT_ID_MAX);
}

/** Of an exchange that has started, or of keys that were made before. */
function keysOf(path: string): readonly ApiKey[] {
  const keys = readKeys(path);
  if (keys === undefined)
    throw usageError("--data", `an exchange's keys in ${path}`, "no such file");
  return keys;
}

function list(path: string): number {
  for (const key of keysOf(path)) process.stdout.write(`${lineOf(key)}\n`);
  return EXIT_DONE;
}

function revoke(path: string, keyId: string): number {
  if (!keysOf(path).some((key) => key.keyId === keyId)) {
    process.stderr.write(`outcry key: expected a key id of outcry key list, found "${keyId}"\n`);
    return EXIT_FAILED;
  }
  changeKeys(path, (keys = []) => keys.filter((key) => key.keyId !== keyId));
  return EXIT_DONE;
}

function lineOf({ keyId, role, accountId, hmacKey, ed25519PublicKey }: ApiKey): string {
  const whose = role === "operator" ? "" : ` account ${accountId}`;
  const hmac = hmacKey === undefined ? "" : " signs by HMAC";
  const ed25519 = ed25519PublicKey === undefined ? "" : " signs by Ed25519";
  return `${keyId} ${role}${whose}${hmac}${ed25519}`;
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
