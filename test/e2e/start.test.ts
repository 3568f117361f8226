// A start that cannot go on ends the process, whatever it had opened by then; the key that it made
// is shown all the same.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { removeDirectory, startVenue, temporaryDirectory, VenueForTest } from "./venue-for-test.ts";

/** Of both starts: the second finds the database that the first has made. */
const directory = temporaryDirectory();
after(() => removeDirectory(directory));

const FAILED = /expected (it free|a free port), found/;
const KEY_AND_FAILED = new RegExp(`first API key.*: outcry-\\w+-\\w+\\n[^]*${FAILED.source}`);

for (const { what, ports, output } of [
  { what: "its port", ports: ["--port"], output: KEY_AND_FAILED },
  {
    what: "a port of a protocol, after others are open",
    ports: ["--port", "0", "--ouch-port", "0", "--fix-port"],
    output: FAILED,
  },
]) {
  test(`a start without ${what} says so and ends`, { timeout: 120_000 }, async (t) => {
    const other = createServer().listen(0, "127.0.0.1");
    t.after(() => other.close());
    await once(other, "listening");
    const address = other.address();
    const taken = typeof address === "object" ? String(address?.port) : "";
    const args = ["--no-simulator", "--segment-mib", "5", "--host", "127.0.0.1", ...ports, taken];
    await assert.rejects(VenueForTest.start(directory, args), output);
  });
}

test("an exchange whose output nobody reads trades on, and stops as any", async (t) => {
  const venue = await startVenue(t, []);
  venue.closeOutput();
  assert.equal(await venue.stop(), 0);
  // Only who stops in order frees the lock.
  assert.equal(readFileSync(join(venue.directory, "log", "lock.1"), "utf8"), "");
});
