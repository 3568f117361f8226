// API keys: `outcry-<key id>-<secret>`. The file keeps a SHA-256 of the secret, never the secret:
// 256 random bits need no slow hash. The key id finds the entry, the secret is compared in constant
// time.
//
// Protocols with short fields (SoupBinTCP) log in with six characters of the key id and a password
// of ten, 60 bits, which follows from the secret (decision 0021). A key may also sign
// (signatures.ts): by HMAC, whose key follows from the secret and has to be kept, or by Ed25519, of
// which only the public half is here (decision 0023).

import { createHmac, createPublicKey, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { changeAlone, readPrivateFile, writePrivateFile } from "../ops/private-file.ts";
import { GatewayFailure, KEYS_DAMAGED } from "./gateway-failure.ts";
import { isId, isObject } from "./json/fields.ts";

/** What a key may do: enter orders, run the exchange, or only look. */
export const ROLES = ["trader", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Who runs the exchange has no account of its own. */
export const OPERATOR_ACCOUNT_ID = 0;

export type ApiKey = {
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly secretSha256: string;
  /** The same of the short password; keys made before it existed have none. */
  readonly passwordSha256?: string;
  /** 64 hexadecimal digits: what its owner may sign requests with by HMAC-SHA256. */
  readonly hmacKey?: string;
  /** Base64 of SubjectPublicKeyInfo: whose signatures are its owner's. */
  readonly ed25519PublicKey?: string;
  /** 0 for an operator's key, and for no other. */
  readonly accountId: number;
  readonly role: Role;
};

/** What a new key is to be. */
export type KeyTerms = {
  readonly accountId: number;
  readonly role: Role;
  readonly signsByHmac?: boolean;
  readonly ed25519PublicKey?: string;
};

/** Somebody who is logged in with a key. */
type Watcher = { readonly key: ApiKey; readonly onRevoked: () => void };

export type OpenedKeys = {
  readonly keys: KeyRing;
  /** The whole key that was made because there was no file yet: to print once; "" otherwise. */
  readonly firstKey: string;
};

const KEY_FIELDS = [
  ...(["keyId", "accountId", "role"] as const),
  ...(["secretSha256", "passwordSha256", "hmacKey", "ed25519PublicKey"] as const),
];
/** What a client hears whose connection ends for that. */
export const KEY_REVOKED = "the key was revoked or changed";

const KEY_PATTERN = /^outcry-([0-9a-f]{12})-([0-9a-f]{64})$/;
const KEY_ID_BYTES = 6;
const USERNAME_CHARACTERS = 6;
const PASSWORD_CHARACTERS = 10;
const SECRET_BYTES = 32;
const FIRST_ACCOUNT_ID = 1;
const ACCOUNT_ID_MAX = 4_294_967_295;

export class KeyRing {
  #byKeyId: ReadonlyMap<string, ApiKey> = new Map();
  readonly #watchers = new Set<Watcher>();

  constructor(keys: readonly ApiKey[]) {
    this.replace(keys);
  }

  /** From now on these are the keys, and no others. */
  replace(keys: readonly ApiKey[]): void {
    this.#byKeyId = new Map(keys.map((key) => [key.keyId, key]));
    for (const watcher of this.#watchers) {
      const { key, onRevoked } = watcher;
      if (isSameKey(key, this.#byKeyId.get(key.keyId))) continue;
      this.#watchers.delete(watcher);
      onRevoked();
    }
  }

  /** Calls once when the key is taken away or changed, unless what it returns is called before. */
  watch(key: ApiKey, onRevoked: () => void): () => void {
    const watcher = { key, onRevoked };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The key of this id, whoever asks: what it signed has yet to be checked. */
  withId(keyId: string): ApiKey | undefined {
    return this.#byKeyId.get(keyId);
  }

  /** Who has this key; undefined for a text that is nobody's. */
  find(keyText: string): ApiKey | undefined {
    const [, keyId, secret] = KEY_PATTERN.exec(keyText) ?? [];
    const key = keyId === undefined ? undefined : this.#byKeyId.get(keyId);
    if (key === undefined) return undefined;
    const found = sha256(secret);
    return timingSafeEqual(found, Buffer.from(key.secretSha256, "hex")) ? key : undefined;
  }

  /** Who of these roles logs in so; undefined for a pair that is nobody's. */
  findShort(
    username: string,
    password: string,
    roles: readonly Role[] = ["trader"],
  ): ApiKey | undefined {
    const found = sha256(password);
    const name = username.toLowerCase();
    for (const key of this.#byKeyId.values()) {
      const { keyId, passwordSha256, role } = key;
      if (
        !roles.includes(role) ||
        passwordSha256 === undefined ||
        keyId.slice(0, USERNAME_CHARACTERS) !== name
      )
        continue;
      if (timingSafeEqual(found, Buffer.from(passwordSha256, "hex"))) return key;
    }
    return undefined;
  }
}

/** Whether a key is what it was: whose, for what, and by which secrets. */
function isSameKey(key: ApiKey, now: ApiKey | undefined): boolean {
  return now !== undefined && KEY_FIELDS.every((field) => key[field] === now[field]);
}

/** What the owner of a key logs in with where fields are short; undefined: it is no key. */
export function shortLoginOf(keyText: string): { username: string; password: string } | undefined {
  const [, keyId, secret] = KEY_PATTERN.exec(keyText) ?? [];
  if (keyId === undefined) return undefined;
  return { username: keyId.slice(0, USERNAME_CHARACTERS), password: passwordOf(secret) };
}

/** What the owner of a key signs with by HMAC; undefined: it is no key. */
export function hmacKeyOf(keyText: string): { keyId: string; hmacKey: string } | undefined {
  const [, keyId, secret] = KEY_PATTERN.exec(keyText) ?? [];
  return keyId === undefined ? undefined : { keyId, hmacKey: hmacKeyOfSecret(secret) };
}

function hmacKeyOfSecret(secret: string): string {
  return createHmac("sha256", secret).update("signing key").digest("hex");
}

function passwordOf(secret: string): string {
  const mac = createHmac("sha256", secret).update("short password").digest("base64url");
  return mac.slice(0, PASSWORD_CHARACTERS);
}

/**
 * Reads `path`; where there is no such file, makes a trader's key for account 1 and writes it.
 * Throws KEYS_DAMAGED, which says what was expected and found, for a file that it cannot use.
 */
export function openKeys(path: string): OpenedKeys {
  const known = readKeys(path);
  if (known !== undefined) return { keys: new KeyRing(known), firstKey: "" };
  const { key, keyText } = newKey({ accountId: FIRST_ACCOUNT_ID, role: "trader" });
  let isFirst = false;
  const keys = changeKeys(path, (others) => {
    isFirst = others === undefined;
    return others ?? [key];
  });
  return { keys: new KeyRing(keys), firstKey: isFirst ? keyText : "" };
}

/** Puts what `change` makes of the file's keys in their place, alone; returns it. */
export function changeKeys(
  path: string,
  change: (keys: readonly ApiKey[] | undefined) => readonly ApiKey[],
): readonly ApiKey[] {
  return changeAlone(path, () => {
    const keys = change(readKeys(path));
    writeKeys(path, keys);
    return keys;
  });
}

/** The keys of a file; undefined where there is none. Throws KEYS_DAMAGED as openKeys does. */
export function readKeys(path: string): readonly ApiKey[] | undefined {
  const text = readPrivateFile(path);
  return text === undefined ? undefined : parseKeys(path, text);
}

/** A key that nobody had before; its text is nowhere else. */
export function newKey(terms: KeyTerms): { readonly key: ApiKey; readonly keyText: string } {
  const { accountId, role, signsByHmac = false, ed25519PublicKey } = terms;
  const keyId = randomBytes(KEY_ID_BYTES).toString("hex");
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  const key: ApiKey = {
    keyId,
    secretSha256: sha256(secret).toString("hex"),
    passwordSha256: sha256(passwordOf(secret)).toString("hex"),
    ...(signsByHmac ? { hmacKey: hmacKeyOfSecret(secret) } : {}),
    ...(ed25519PublicKey === undefined ? {} : { ed25519PublicKey }),
    accountId,
    role,
  };
  return { key, keyText: `outcry-${keyId}-${secret}` };
}

/** Writes the file that openKeys reads. */
export function writeKeys(path: string, keys: readonly ApiKey[]): void {
  writePrivateFile(path, `${JSON.stringify({ keys }, null, 2)}\n`);
}

function sha256(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

function parseKeys(path: string, text: string): ApiKey[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    const found = text.trim() === "" ? "an empty file" : "other text";
    const advice = "restore it from a copy, or move it away and make keys anew (outcry key add)";
    throw new GatewayFailure(`${path}: expected JSON, found ${found}; ${advice}`, {
      code: KEYS_DAMAGED,
      cause,
    });
  }
  const entries = isObject(file) ? file["keys"] : undefined;
  if (!Array.isArray(entries)) {
    throw new GatewayFailure(`${path}: expected {"keys": [...]}, found no such list`, {
      code: KEYS_DAMAGED,
    });
  }
  return entries.map((entry: unknown, index) => {
    if (isApiKey(entry)) return entry;
    const expected = "keyId, secretSha256, accountId and role trader, operator or viewer";
    throw new GatewayFailure(
      `${path}: keys[${index}]: expected ${expected}, found an entry without them`,
      { code: KEYS_DAMAGED },
    );
  });
}

function isApiKey(entry: unknown): entry is ApiKey {
  if (!isObject(entry)) return false;
  const { keyId, secretSha256, passwordSha256, hmacKey, ed25519PublicKey } = entry;
  return (
    typeof keyId === "string" &&
    /^[0-9a-f]{12}$/.test(keyId) &&
    isSha256(secretSha256) &&
    (passwordSha256 === undefined || isSha256(passwordSha256)) &&
    (hmacKey === undefined || isSha256(hmacKey)) &&
    (ed25519PublicKey === undefined || isEd25519PublicKey(ed25519PublicKey)) &&
    isOwner(entry["accountId"], entry["role"])
  );
}

/** An operator's account is 0, everybody else's is not. */
function isOwner(accountId: unknown, role: unknown): boolean {
  if (role === "operator") return accountId === OPERATOR_ACCOUNT_ID;
  const isKnown = role === "trader" || role === "viewer";
  return isKnown && isId(accountId) && accountId <= ACCOUNT_ID_MAX;
}

/** Whether this is the public half of an Ed25519 key in base64 of its SubjectPublicKeyInfo. */
export function isEd25519PublicKey(text: unknown): boolean {
  if (typeof text !== "string") return false;
  try {
    return publicKeyOf(text).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

export function publicKeyOf(ed25519PublicKey: string) {
  const key = Buffer.from(ed25519PublicKey, "base64");
  return createPublicKey({ key, format: "der", type: "spki" });
}

function isSha256(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
