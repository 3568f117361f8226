import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { LIMIT_BUY, startTestGateway } from "./gateway-for-test.ts";
import { hmacKeyOf, KeyRing, newKey } from "./keys.ts";
import { Signatures, type Signed, signedBytes } from "./signatures.ts";

function byHmac(keyText: string, signed: Signed, time: string): Record<string, string> {
  const { keyId, hmacKey } = hmacKeyOf(keyText) ?? { keyId: "", hmacKey: "" };
  const signature = createHmac("sha256", hmacKey).update(signedBytes(time, signed)).digest("hex");
  return { "outcry-key": keyId, "outcry-time": time, "outcry-signature": signature };
}

const NO_BODY = new Uint8Array(0);

function now(): string {
  return String(Date.now() * 1000);
}

test("a signed request counts for its key: once, for its method, address and body", async (t) => {
  const gateway = await startTestGateway(t);
  const [keyText] = gateway.keyTexts;
  const body = Buffer.from(JSON.stringify(LIMIT_BUY));
  const headers = byHmac(keyText, { method: "POST", url: "/orders", body }, now());
  const enter = (changed: object = LIMIT_BUY, credentials = headers) =>
    gateway.askWith("POST", "/orders", changed, credentials);
  assert.equal((await enter({ ...LIMIT_BUY, orderQty: "2" })).status, 401, "another body");
  assert.equal((await enter()).status, 201);
  assert.equal((await enter()).status, 401, "it has counted");
  const late = String((Date.now() - 60_000) * 1000);
  const old = byHmac(keyText, { method: "POST", url: "/orders", body }, late);
  assert.equal((await enter(LIMIT_BUY, old)).status, 401, "its time is over");

  const empty = new Uint8Array(0);
  const query = byHmac(keyText, { method: "GET", url: "/orders?symbol=OIL", body: empty }, now());
  assert.equal((await gateway.askWith("GET", "/orders", undefined, query)).status, 401);
  const asked = await gateway.askWith("GET", "/orders?symbol=OIL", undefined, query);
  assert.equal(asked.status, 200);
});

test("why a signature does not count is said, as far as nobody learns from it", async (t) => {
  const gateway = await startTestGateway(t);
  const [keyText] = gateway.keyTexts;
  const signed = { method: "GET", url: "/orders", body: new Uint8Array(0) };
  const answerTo = async (headers: Record<string, string>) => {
    const { status, json } = await gateway.askWith("GET", "/orders", undefined, headers);
    return `${status} ${json["message"]}`;
  };
  const millis = String(Date.now());
  const late = await answerTo(byHmac(keyText, signed, millis));
  const [, window] = late.split("outcry-time: expected microseconds since the Unix epoch within ");
  assert.match(String(window), new RegExp(`^5 s of \\d{16}, found ${millis}$`));
  assert.match(
    await answerTo(byHmac(keyText, signed, "noon")),
    /^401 outcry-time: expected microseconds since the Unix epoch in decimal digits, found "noon"$/,
  );
  const good = byHmac(keyText, signed, now());
  const { "outcry-signature": _, ...unsigned } = good;
  assert.equal(
    await answerTo(unsigned),
    "401 outcry-signature: expected with a signed request, found nothing",
  );
  const other = { ...good, "outcry-key": "000000000000" };
  const wrong = { ...good, "outcry-signature": "0".repeat(64) };
  assert.match(await answerTo(other), /^401 outcry-signature: expected one over TIME, METHOD, URL/);
  assert.equal(await answerTo(wrong), await answerTo(other));
  const socket = await gateway.connect(0);
  const login = { keyId: good["outcry-key"], time: millis, signature: good["outcry-signature"] };
  const { error } = await socket.ask({ op: "login", ...login });
  assert.match(error["message"], /^time: expected microseconds since the Unix epoch within 5 s of/);
});

test("a WebSocket logs in by a signature", async (t) => {
  const gateway = await startTestGateway(t);
  const time = now();
  const signed = { method: "LOGIN", url: "/ws", body: new Uint8Array(0) };
  const headers = byHmac(gateway.keyTexts[1], signed, time);
  const socket = await gateway.connect(0);
  const login = { keyId: headers["outcry-key"], time, signature: headers["outcry-signature"] };
  const { result } = await socket.ask({ op: "login", ...login });
  assert.deepEqual(result, { accountId: 2 });
  const other = await gateway.connect(0);
  assert.equal((await other.ask({ op: "login", ...login }))["error"]["code"], "UNAUTHORIZED");
});

function ed25519Signatures() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const ed25519PublicKey = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  const { key } = newKey({ accountId: 3, role: "trader", ed25519PublicKey });
  const clock = {
    nowMicros: () => 5_000_000,
    nowNanos: () => 0,
    after: () => () => {},
  };
  const signatures = new Signatures(new KeyRing([key]), clock);
  const body = new Uint8Array(0);
  const bytes = signedBytes("5000000", { method: "GET", url: "/orders", body });
  const claim = (signer: typeof privateKey) => ({
    keyId: key.keyId,
    time: "5000000",
    signature: sign(null, bytes, signer).toString("base64"),
  });
  return { signatures, privateKey, claim };
}

test("an Ed25519 signature is its owner's, and nobody else's", () => {
  const { signatures, privateKey, claim } = ed25519Signatures();
  const stranger = generateKeyPairSync("ed25519").privateKey;
  assert.equal(signatures.find(claim(stranger), "GET", "/orders"), undefined);
  assert.equal(signatures.find(claim(privateKey), "GET", "/orders")?.accountId, 3);
});

test("another text of the bytes of a signature does not count, before it or after it", () => {
  const { signatures, privateKey, claim } = ed25519Signatures();
  const { signature, ...who } = claim(privateKey);
  const Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const lastBits = Alphabet[Alphabet.indexOf(signature[85]) + 1];
  const others = [
    signature.replace(/=+$/, ""),
    signature.slice(0, -1),
    `${signature}=`,
    `${signature} x`,
    ` ${signature}`,
    `${signature}\n`,
    `${signature.slice(0, 10)}!${signature.slice(10)}`,
    `-${signature.slice(1)}`,
    `${signature.slice(0, 85)}${lastBits}==`,
    Buffer.from(signature, "base64").toString("base64url"),
    Buffer.from(signature, "base64").toString("hex"),
  ];
  const counts = (text: string): boolean =>
    signatures.find({ ...who, signature: text }, "GET", "/orders") !== undefined;
  assert.deepEqual(others.filter(counts), []);
  assert.ok(counts(signature));
  assert.deepEqual([signature, ...others].filter(counts), []);
});

test("an HMAC has one text as well", async (t) => {
  const gateway = await startTestGateway(t);
  const body = new Uint8Array(0);
  const headers = byHmac(gateway.keyTexts[0], { method: "GET", url: "/orders", body }, now());
  const { "outcry-signature": signature } = headers;
  for (const text of [signature.toUpperCase(), `${signature}00`, signature.slice(0, -1)]) {
    const other = { ...headers, "outcry-signature": text };
    assert.equal((await gateway.askWith("GET", "/orders", undefined, other)).status, 401);
  }
  assert.equal((await gateway.askWith("GET", "/orders", undefined, headers)).status, 200);
});

test("a claim that cannot be good is refused before its body comes", async (t) => {
  const gateway = await startTestGateway(t);
  const [keyText] = gateway.keyTexts;
  const known = byHmac(keyText, { method: "POST", url: "/orders", body: NO_BODY }, now());
  const late = String((Date.now() - 60_000) * 1000);
  for (const changed of [
    { "outcry-key": "000000000000" },
    { "outcry-time": late },
    { "outcry-time": "now" },
    { "outcry-signature": "x" },
  ]) {
    const client = await gateway.dial();
    const headers = Object.entries({ ...known, ...changed, connection: "close" });
    const answer = await client.endAfter(
      "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" +
        `${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}` +
        "transfer-encoding: chunked\r\n\r\n",
    );
    assert.match(answer, /^HTTP\/1.1 401 /);
  }
});
