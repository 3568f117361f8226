// How `outcry start` is told to keep its log: options, or environment variables of the same names.

import { createPrivateKey } from "node:crypto";
import { SEGMENT_BYTES_MAX } from "../log/segment.ts";
import { readPrivateFile } from "../ops/private-file.ts";
import type { LogSettings } from "./run-venue.ts";
import { integerArgument, usageError } from "./verb.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const HOUR_MICROS = 3_600_000_000;
const SEAL_SECONDS_MAX = 86_400;
const COUNT_MAX = 1_000_000_000;
/** A segment holds the largest batch. */
const SEGMENT_MIB_MIN = 5;

/** Defaults: a restart replays seconds of full load at most, and nothing is ever removed. */
export const LOG_OPTIONS = {
  "segment-mib": option("OUTCRY_SEGMENT_MIB", "64"),
  "snapshot-every": option("OUTCRY_SNAPSHOT_EVERY", "2000000"),
  "keep-snapshots": option("OUTCRY_KEEP_SNAPSHOTS", "3"),
  "keep-segments": option("OUTCRY_KEEP_SEGMENTS", "0"),
  "keep-hours": option("OUTCRY_KEEP_HOURS", "0"),
  "keep-gib": option("OUTCRY_KEEP_GIB", "0"),
  "seal-key": option("OUTCRY_SEAL_KEY", ""),
  "seal-seconds": option("OUTCRY_SEAL_SECONDS", "60"),
} as const;

function option(variable: string, usual: string) {
  return { type: "string", default: process.env[variable] ?? usual } as const;
}

export const LOG_USAGE = `\
  --segment-mib N     size of a file of the log (default 64, or OUTCRY_SEGMENT_MIB)
  --snapshot-every N  commands from one snapshot to the next (default 2000000, or
                      OUTCRY_SNAPSHOT_EVERY), up to five times as many above 100,000 a second; a
                      restart replays about as many at most
  --keep-snapshots N  snapshots kept (default 3, or OUTCRY_KEEP_SNAPSHOTS)
  --keep-segments N, --keep-hours N, --keep-gib N
                      files of the log beyond any of these are removed, oldest first, but never
                      one that the newest snapshot or the history needs (default 0: no limit; or
                      OUTCRY_KEEP_SEGMENTS, OUTCRY_KEEP_HOURS, OUTCRY_KEEP_GIB)
  --seal-key FILE     a private Ed25519 key (outcry proof keygen FILE makes one): the history is
                      signed with it, for outcry proof (default none, or OUTCRY_SEAL_KEY)
  --seal-seconds N    from one signature to the next (default 60, or OUTCRY_SEAL_SECONDS)
`;

type LogValues = { readonly [Name in keyof typeof LOG_OPTIONS]: string };

export function readLogSettings(values: LogValues): LogSettings {
  const count = (name: keyof LogValues, min: number, max: number): number =>
    integerArgument(`--${name}`, values[name], min, max);
  const limit = (name: keyof LogValues, unit: number): number | undefined => {
    const units = count(name, 0, COUNT_MAX);
    return units === 0 ? undefined : units * unit;
  };
  return {
    segmentBytes: count("segment-mib", SEGMENT_MIB_MIN, SEGMENT_BYTES_MAX / MIB) * MIB,
    snapshotCommands: count("snapshot-every", 1, COUNT_MAX),
    retention: {
      snapshotsMax: count("keep-snapshots", 1, COUNT_MAX),
      segmentsMax: limit("keep-segments", 1),
      ageMicrosMax: limit("keep-hours", HOUR_MICROS),
      bytesMax: limit("keep-gib", GIB),
    },
    sealKeyPem: readSealKey(values["seal-key"]),
    sealMillis: count("seal-seconds", 1, SEAL_SECONDS_MAX) * 1000,
  };
}

function isEd25519PrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

function readSealKey(path: string): string {
  if (path === "") return "";
  const text = readPrivateFile(path);
  if (text === undefined) throw usageError("--seal-key", "a file with a private key", path);
  if (isEd25519PrivateKey(text)) return text;
  const expected = "a private Ed25519 key (outcry proof keygen FILE makes one)";
  throw usageError("--seal-key", expected, `something else in ${path}`);
}
