import assert from "node:assert/strict";
import { test } from "node:test";
import { instrumentsOf } from "./instrument.ts";
import type { WireInstrument } from "./wire.ts";

const ACME: WireInstrument = {
  ...{ instrumentId: 1, symbol: "ACME", currency: "USD", tickSize: "0.25", lotSize: "1" },
  ...{ priceMin: "0.25", priceMax: "1000.00", orderQtyMin: "1", orderQtyMax: "500" },
};

test("an instrument's limits are steps of its grids", () => {
  const [acme] = instrumentsOf([ACME], assert.fail);
  assert.deepEqual(
    [acme?.priceTicksMin, acme?.priceTicksMax, acme?.orderQtyLotsMax],
    [1, 4000, 500],
  );
});

test("an instrument beyond exact numbers is left out, said so, and spoils no other", () => {
  const huge = { ...ACME, symbol: "HUGE", tickSize: "4000000000", priceMax: "8000000000000000000" };
  const problems: string[] = [];
  const shown = instrumentsOf([huge, ACME], (text) => problems.push(text));
  assert.deepEqual(
    shown.map(({ symbol }) => symbol),
    ["ACME"],
  );
  assert.equal(problems.length, 1);
  assert.match(String(problems[0]), /^HUGE is not shown: /);
});
