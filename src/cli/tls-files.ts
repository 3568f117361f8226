// Certificate and key as files: what they must be before anything starts with them, and that a
// running exchange follows them when they are renewed.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, watchFile } from "node:fs";
import { createSecureContext } from "node:tls";
import { TlsCertificate, type TlsPair } from "../gateway/tls-certificate.ts";
import type { Clock } from "../ops/clock.ts";
import type { Log } from "../ops/logging.ts";
import type { Metrics } from "../ops/metrics.ts";
import { messageOf, withPath } from "../ops/thrown.ts";
import { usageError } from "./verb.ts";

const LOOK_MILLIS = 500;

export class TlsFiles {
  readonly certificate: TlsCertificate;
  readonly #certPath: string;
  readonly #keyPath: string;

  /** Throws where they are not a certificate and its key in PEM. */
  constructor(certPath: string, keyPath: string) {
    this.#certPath = certPath;
    this.#keyPath = keyPath;
    this.certificate = new TlsCertificate(readPair(certPath, keyPath));
  }

  /** From now on what is put in their place counts, where it is a pair; tells of what it finds. */
  follow(log: Log, clock: Clock): void {
    this.#warnOfTimes(log, clock);
    const look = (): void => this.#look(log, clock);
    for (const path of [this.#certPath, this.#keyPath]) {
      watchFile(path, { interval: LOOK_MILLIS, persistent: false }, look);
    }
  }

  register(metrics: Metrics, clock: Clock): void {
    const text = "Until the certificate of the ports with TLS ends";
    metrics.gauge("outcry_tls_valid_seconds", text, () => {
      return (this.#x509.validToDate.getTime() - clock.nowMicros() / 1000) / 1000;
    });
  }

  get #x509(): X509Certificate {
    return new X509Certificate(this.certificate.cert);
  }

  #look(log: Log, clock: Clock): void {
    try {
      const pair = readPair(this.#certPath, this.#keyPath);
      if (pair.cert === this.certificate.cert && pair.key === this.certificate.key) return;
      this.certificate.replace(pair);
      const validTo = this.#x509.validToDate.toISOString();
      log("info", "a new certificate: the next connections have it", { validTo });
      this.#warnOfTimes(log, clock);
    } catch (error) {
      // Both are written one after the other: the second change is looked at too.
      log("warn", "the certificate stays as it was", { message: messageOf(error) });
    }
  }

  #warnOfTimes(log: Log, clock: Clock): void {
    const { validFromDate, validToDate } = this.#x509;
    const nowMillis = clock.nowMicros() / 1000;
    if (validFromDate.getTime() <= nowMillis && nowMillis < validToDate.getTime()) return;
    log("warn", "the certificate is not valid now: clients will refuse it", {
      file: this.#certPath,
      validFrom: validFromDate.toISOString(),
      validTo: validToDate.toISOString(),
    });
  }
}

function readPair(certPath: string, keyPath: string): TlsPair {
  const pair = { cert: readText(certPath), key: readText(keyPath) };
  const certificate = tryRead("--tls-cert", `a certificate in PEM in ${certPath}`, () => {
    createSecureContext({ cert: pair.cert });
    return new X509Certificate(pair.cert);
  });
  const key = tryRead("--tls-key", `a private key in PEM without a passphrase in ${keyPath}`, () =>
    createPrivateKey(pair.key),
  );
  if (!certificate.checkPrivateKey(key)) {
    throw usageError("--tls-key", `the key of ${certPath}`, `another one in ${keyPath}`);
  }
  tryRead("--tls-cert, --tls-key", "a pair that TLS takes", () => createSecureContext(pair));
  return pair;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw withPath(error, path);
  }
}

function tryRead<T>(what: string, expected: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw usageError(what, expected, messageOf(error));
  }
}
