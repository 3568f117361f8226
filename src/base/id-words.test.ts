import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IdWords } from "./id-words.ts";
import { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

const ids = fc.oneof(fc.nat(0xffff_ffff), fc.nat(60));
const steps = fc.array(fc.tuple(ids, fc.nat(3)), { maxLength: 400 });

test("every id has the word it was given last, whatever came and went between", () => {
  const property = fc.property(steps, (wanted) => {
    const table = new IdWords(400);
    const words = new Map<number, number>();
    for (const [id, word] of wanted) {
      table.set(id, word);
      if (word === 0) words.delete(id);
      else words.set(id, word);
      assert.equal(table.count, words.size);
    }
    const snapshot = new SnapshotWriter();
    table.save(snapshot);
    const restored = new IdWords(400);
    restored.load(new SnapshotReader(snapshot.finish()));
    for (const each of [table, restored]) {
      for (const [id] of wanted) assert.equal(each.wordOf(id), words.get(id) ?? 0);
      const rows = Array.from({ length: each.count }, (_, row) => [
        each.idAt(row),
        each.wordAt(row),
      ]);
      assert.deepEqual(new Map(rows as [number, number][]), words);
    }
  });
  fc.assert(property);
});

test("a full table has room for the ids it knows only", () => {
  const table = new IdWords(2);
  table.set(7, 1);
  assert.ok(table.hasRoom(8));
  table.set(8, 1);
  assert.ok(table.hasRoom(7) && !table.hasRoom(9));
  table.set(7, 0);
  assert.ok(table.hasRoom(9));
  table.clear();
  assert.deepEqual([table.count, table.wordOf(8)], [0, 0]);
});
