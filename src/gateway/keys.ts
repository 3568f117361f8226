// API keys: `outcry-<key id>-<secret>`. The file keeps a SHA-256 of the secret, never the secret:
// 256 random bits need no slow hash. The key id finds the entry, the secret is compared in constant
// time.
//
// Protocols with short fields (SoupBinTCP) log in with six characters of the key id and a password
// of ten, 60 bits, which follows from the secret (decision 0021).

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readPrivateFile, writePrivateFile } from "../ops/private-file.ts";
import { GatewayFailure, KEYS_DAMAGED } from "./gateway-failure.ts";
import { isId, isObject } from "./json/fields.ts";

export type Role = "trader";

export type ApiKey = {
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly secretSha256: string;
  /** The same of the short password; keys made before it existed have none. */
  readonly passwordSha256?: string;
  readonly accountId: number;
  readonly role: Role;
};

export type OpenedKeys = {
  readonly keys: KeyRing;
  /** The whole key that was made because there was no file yet: to print once; "" otherwise. */
  readonly firstKey: string;
};

const KEY_PATTERN = /^outcry-([0-9a-f]{12})-([0-9a-f]{64})$/;
const KEY_ID_BYTES = 6;
const USERNAME_CHARACTERS = 6;
const PASSWORD_CHARACTERS = 10;
const SECRET_BYTES = 32;
const FIRST_ACCOUNT_ID = 1;
const ACCOUNT_ID_MAX = 4_294_967_295;

export class KeyRing {
  readonly #byKeyId: ReadonlyMap<string, ApiKey>;

  constructor(keys: readonly ApiKey[]) {
    this.#byKeyId = new Map(keys.map((key) => [key.keyId, key]));
  }

  /** Who has this key; undefined for a text that is nobody's. */
  find(keyText: string): ApiKey | undefined {
    const [, keyId, secret] = KEY_PATTERN.exec(keyText) ?? [];
    const key = keyId === undefined ? undefined : this.#byKeyId.get(keyId);
    if (key === undefined) return undefined;
    const found = sha256(secret);
    return timingSafeEqual(found, Buffer.from(key.secretSha256, "hex")) ? key : undefined;
  }

  /** Who logs in so; undefined for a pair that is nobody's. */
  findShort(username: string, password: string): ApiKey | undefined {
    const found = sha256(password);
    const name = username.toLowerCase();
    for (const key of this.#byKeyId.values()) {
      const { keyId, passwordSha256 } = key;
      if (passwordSha256 === undefined || keyId.slice(0, USERNAME_CHARACTERS) !== name) continue;
      if (timingSafeEqual(found, Buffer.from(passwordSha256, "hex"))) return key;
    }
    return undefined;
  }
}

/** What the owner of a key logs in with where fields are short; undefined: it is no key. */
export function shortLoginOf(keyText: string): { username: string; password: string } | undefined {
  const [, keyId, secret] = KEY_PATTERN.exec(keyText) ?? [];
  if (keyId === undefined) return undefined;
  return { username: keyId.slice(0, USERNAME_CHARACTERS), password: passwordOf(secret) };
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
  const text = readPrivateFile(path);
  if (text !== undefined) return { keys: new KeyRing(parseKeys(path, text)), firstKey: "" };
  const { key, keyText } = newKey(FIRST_ACCOUNT_ID);
  writeKeys(path, [key]);
  return { keys: new KeyRing([key]), firstKey: keyText };
}

/** A trader's key that nobody had before; its text is nowhere else. */
export function newKey(accountId: number): { readonly key: ApiKey; readonly keyText: string } {
  const keyId = randomBytes(KEY_ID_BYTES).toString("hex");
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  const key: ApiKey = {
    keyId,
    secretSha256: sha256(secret).toString("hex"),
    passwordSha256: sha256(passwordOf(secret)).toString("hex"),
    accountId,
    role: "trader",
  };
  return { key, keyText: `outcry-${keyId}-${secret}` };
}

/** Writes the file that openKeys reads. */
export function writeKeys(path: string, keys: readonly ApiKey[]): void {
  writePrivateFile(path, `${JSON.stringify({ keys }, null, 2)}\n`);
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function parseKeys(path: string, text: string): ApiKey[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    throw new GatewayFailure(`${path}: expected JSON, found other text`, {
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
    const expected = "keyId, secretSha256, accountId and role trader";
    throw new GatewayFailure(
      `${path}: keys[${index}]: expected ${expected}, found an entry without them`,
      { code: KEYS_DAMAGED },
    );
  });
}

function isApiKey(entry: unknown): entry is ApiKey {
  if (!isObject(entry)) return false;
  const { keyId, secretSha256, passwordSha256, accountId, role } = entry;
  return (
    typeof keyId === "string" &&
    /^[0-9a-f]{12}$/.test(keyId) &&
    isSha256(secretSha256) &&
    (passwordSha256 === undefined || isSha256(passwordSha256)) &&
    isId(accountId) &&
    accountId <= ACCOUNT_ID_MAX &&
    role === "trader"
  );
}

function isSha256(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
