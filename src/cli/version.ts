// The version in package.json, beside src in a checkout and beside dist in a package.

import { readFileSync } from "node:fs";

export function readVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
