import assert from "node:assert/strict";
import { test } from "node:test";
import { unknownKeyText } from "./bearer.ts";

test("whoever is not let in hears what was found of his key, and not the key", () => {
  const expected = "authorization: expected Bearer and a known key, found";
  assert.equal(unknownKeyText(undefined), `${expected} no such header`);
  assert.equal(unknownKeyText("Basic eHg6eHg="), `${expected} another form than Bearer KEY`);
  assert.equal(unknownKeyText("Bearer secret"), `${expected} a key that nobody has`);
});
