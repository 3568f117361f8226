import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unwatchFile,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "../ops/clock.ts";
import { TlsFiles } from "./tls-files.ts";

const FIXTURES = fileURLToPath(new URL("../../test/fixtures/tls/", import.meta.url));

function fixture(name: string): string {
  return join(FIXTURES, name);
}

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-tls-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("what is not a certificate with its key is refused before anything starts", (t) => {
  const other = join(directoryOf(t), "other.pem");
  writeFileSync(other, "");
  const refused: [cert: string, key: string, message: RegExp][] = [
    [fixture("cert.pem"), fixture("renewed-key.pem"), /--tls-key: expected the key of .*cert.pem/],
    [other, fixture("key.pem"), /--tls-cert: expected a certificate in PEM in .*other.pem/],
    [fixture("cert.pem"), other, /--tls-key: expected a private key in PEM .*other.pem/],
    [fixture("key.pem"), fixture("cert.pem"), /--tls-cert: expected a certificate/],
    [fixture("none.pem"), fixture("key.pem"), /ENOENT.*none.pem/],
  ];
  for (const [cert, key, message] of refused) {
    assert.throws(() => new TlsFiles(cert, key), message);
  }
});

test("a pair put in the place of the other is taken once both are there", async (t) => {
  const directory = directoryOf(t);
  const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
  copyFileSync(fixture("cert.pem"), cert);
  copyFileSync(fixture("key.pem"), key);
  const files = new TlsFiles(cert, key);
  t.after(() => [cert, key].map((path) => unwatchFile(path)));
  const told: string[] = [];
  let onTold: () => void = () => {};
  const log = (level: string): void => {
    told.push(level);
    onTold();
  };
  const next = (): Promise<void> => new Promise((resolve) => (onTold = resolve));
  files.follow(log, systemClock);
  copyFileSync(fixture("renewed-cert.pem"), cert);
  await next();
  assert.equal(files.certificate.key, readFileSync(fixture("key.pem"), "utf8"));
  copyFileSync(fixture("renewed-key.pem"), key);
  await next();
  assert.equal(files.certificate.cert, readFileSync(fixture("renewed-cert.pem"), "utf8"));
  assert.equal(files.certificate.key, readFileSync(fixture("renewed-key.pem"), "utf8"));
  assert.deepEqual(told, ["warn", "info"]);
});

test("a certificate that clients will refuse is warned of", (t) => {
  const [cert, key] = [fixture("cert.pem"), fixture("key.pem")];
  t.after(() => [cert, key].map((path) => unwatchFile(path)));
  const told: unknown[] = [];
  const clock: Clock = { ...systemClock, nowMicros: () => Date.UTC(2200, 0) * 1000 };
  new TlsFiles(cert, key).follow((level, message) => told.push([level, message]), clock);
  assert.deepEqual(told, [["warn", "the certificate is not valid now: clients will refuse it"]]);
});
