import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type BehaviorCase, type CaseStep, readCaseFile } from "./case-file.ts";
import { runCase } from "./case-run.ts";

function verdictOf(steps: readonly CaseStep[], options: Partial<BehaviorCase> = {}): string {
  const { verdict, reason } = runCase({ id: "x", class: "core", rules: [], steps, ...options });
  return reason === "" ? verdict : `${verdict}: ${reason}`;
}

const sell = (id: string, price: unknown, qty: unknown, more: object = {}): CaseStep => {
  return { do: "new", id, side: "sell", type: "limit", price, qty, tif: "GTC", ...more };
};
const buy = (id: string, price: unknown, qty: unknown, more: object = {}): CaseStep => {
  return { ...sell(id, price, qty, more), side: "buy" };
};

test("the first cases of a newcomer pass", () => {
  const path = new URL("../../samples/first-cases.json", import.meta.url);
  const verdicts = readCaseFile(fileURLToPath(path)).map((each) => runCase(each).verdict);
  assert.deepEqual(verdicts, ["passed", "passed"]);
});

test("a case whose every expectation holds has passed", () => {
  const steps: CaseStep[] = [
    sell("a1", 101, 10, { expect: { status: "resting", trades: [], open: 10 } }),
    sell("a2", 100, 5),
    buy("t", 101, 18, {
      expect: {
        status: "partially_filled",
        trades: [
          { maker: "a2", taker: "t", price: 100, qty: 5 },
          { maker: "a1", taker: "t", price: 101, qty: 10 },
        ],
        fills: { t: { qty: 15, cost: 1510 }, a1: { qty: 10, cost: 1010 } },
        open: 3,
        last_price: 101,
      },
    }),
    { do: "check", bids: [[101, 3, 1]], bids_end: true, asks: [], asks_end: true, first_bid: "t" },
    { do: "cancel", id: "t", expect: { status: "cancelled", cancelled_qty: 3 } },
    {
      do: "cancel",
      id: "t",
      expect: { status: "rejected", error: "unknown order", order_still: "cancelled" },
    },
  ];
  assert.equal(verdictOf(steps), "passed");
});

const resting = [buy("b1", 100, 10), buy("b2", 100, 20), buy("b3", 99, 30)];

const wrongExpectations: readonly [string, readonly CaseStep[]][] = [
  ["status", [buy("b", 1, 1, { expect: { status: "filled" } })]],
  [
    "a trade too few",
    [
      ...resting,
      sell("t", 99, 15, { expect: { trades: [{ maker: "b1", taker: "t", price: 100, qty: 10 }] } }),
    ],
  ],
  [
    "a trade's price",
    [
      ...resting,
      sell("t", 99, 10, { expect: { trades: [{ maker: "b1", taker: "t", price: 99, qty: 10 }] } }),
    ],
  ],
  [
    "the cost of fills",
    [...resting, sell("t", 100, 10, { expect: { fills: { t: { qty: 10, cost: 999 } } } })],
  ],
  [
    "a fill of nobody",
    [...resting, sell("t", 100, 10, { expect: { fills: { b3: { qty: 1, cost: 99 } } } })],
  ],
  ["open lots", [buy("b", 1, 7, { expect: { open: 6 } })]],
  ["canceled lots", [...resting, { do: "cancel", id: "b1", expect: { cancelled_qty: 9 } }]],
  ["traded lots", [...resting, sell("t", 100, 10, { expect: { traded_qty: 9 } })]],
  ["an error", [...resting, { do: "cancel", id: "zz", expect: { error: "bad quantity" } }]],
  ["no error", [...resting, { do: "cancel", id: "b1", expect: { error: "unknown order" } }]],
  [
    "the state of a refused order",
    [
      buy("b", 1, 1),
      sell("t", 1, 1),
      { do: "cancel", id: "b", expect: { order_still: "cancelled" } },
    ],
  ],
  ["the last price", [...resting, sell("t", 100, 10, { expect: { last_price: 99 } })]],
  ["a level", [...resting, { do: "check", bids: [[100, 30, 3]] }]],
  ["a level beyond", [...resting, { do: "check", bids: [[100, 30, 2]], bids_end: true }]],
  ["an empty side", [...resting, { do: "check", bids_end: true }]],
  ["total lots", [...resting, { do: "check", bid_qty: 59 }]],
  ["resting orders", [...resting, { do: "check", resting_bids: 2 }]],
  ["the first order", [...resting, { do: "check", first_bid: "b2" }]],
  [
    "the queue",
    [
      ...resting,
      {
        do: "check",
        bid_queue: [
          ["b2", 100],
          ["b1", 100],
        ],
      },
    ],
  ],
  ["the queue's end", [...resting, { do: "check", bid_queue: [["b1", 100]], bid_queue_end: true }]],
  ["an order's total", [...resting, { do: "check", orders: { b1: { order_qty: 11 } } }]],
  ["an order's rest", [...resting, { do: "check", orders: { b1: { open_qty: 11 } } }]],
  ["an order's price", [...resting, { do: "check", orders: { b1: { price: 11 } } }]],
  ["an order's state", [...resting, { do: "check", orders: { b1: { status: "filled" } } }]],
  ["an order at all", [...resting, { do: "check", orders: { b9: { open_qty: 1 } } }]],
];

for (const [what, steps] of wrongExpectations) {
  test(`a wrong expectation of ${what} fails the case`, () => {
    assert.match(verdictOf(steps), /^failed: step \d \(\w+\): .*expected/);
  });
}

const unsupportedSteps: readonly [string, CaseStep][] = [
  ["an order type", buy("b", 1, 1, { type: "basket" })],
  ["a lifetime", buy("b", 1, 1, { tif: "GTD" })],
  ["a modifier", buy("b", 1, 1, { reserve_price: 1 })],
  ["a self-trade mode", buy("b", 1, 1, { stp: "ask_somebody" })],
  ["a step", { do: "lend", owner: "a" }],
  ["an expectation", buy("b", 1, 1, { expect: { margin: {} } })],
  ["a status", buy("b", 1, 1, { expect: { status: "asleep" } })],
  ["an error in other words", buy("b", 1, 1, { expect: { error: "go away" } })],
  ["a check", { do: "check", auction_price: 1 }],
  ["a field of a checked order", { do: "check", orders: { b: { stop_price: 1 } } }],
];

for (const [what, step] of unsupportedSteps) {
  test(`a case with ${what} that is not known is unsupported, never passed`, () => {
    assert.match(verdictOf([step]), /^unsupported: step 1: /);
  });
}

test("what is only mentioned to say that it is not used does not matter", () => {
  const step = buy("b", 1, 1, { stp: null, all_or_none: false, expect: { expired: [] } });
  assert.equal(verdictOf([step, { do: "check", stop_buys: 0 }]), "passed");
});

test("a case right only under another venue's rules is unsupported, with the rule", () => {
  const steps = [buy("b", undefined, 1, { type: "market", expect: { status: "resting" } })];
  const rules = ["unfilled market quantity rests"];
  assert.match(verdictOf(steps), /^failed/);
  const found = verdictOf(steps, { class: "rule", rules });
  assert.match(found, /^unsupported: our rules differ \(unfilled market quantity rests\): step 1/);
});

const stop = (id: string, side: string, stopPrice: number, more: object = {}): CaseStep => {
  return { do: "new", id, side, type: "stop", stop_price: stopPrice, qty: 1, tif: "IOC", ...more };
};

test("stops wait, are counted, and trigger by trades that happen elsewhere", () => {
  const steps: CaseStep[] = [
    { do: "set_last_price", price: 100 },
    stop("a", "sell", 95, { expect: { status: "pending_trigger" } }),
    stop("b", "buy", 100, { expect: { status: "rejected" } }),
    { do: "check", stop_sells: 1, stop_buys: 0, last_price: 100, bids_end: true },
    { do: "external_trade", price: 95, qty: 3, expect: { triggers: ["a"], trades: [] } },
    { do: "check", stop_sells: 0 },
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("a trade elsewhere cannot pass by the book", () => {
  const steps = [sell("a", 100, 1), { do: "external_trade", price: 101, qty: 1 }];
  assert.match(verdictOf(steps), /^unsupported: our rules differ \(nobody trades past the book\)/);
});

test("an order of two legs has one id, and the fill of one leg ends the other", () => {
  const oco: CaseStep = {
    do: "new_oco",
    id: "o",
    side: "sell",
    qty: 2,
    price: 105,
    stop_price: 95,
  };
  const steps: CaseStep[] = [
    { do: "set_last_price", price: 100 },
    { ...oco, expect: { status: "resting" } },
    { do: "check", stop_sells: 1, asks: [[105, 2, 1]], asks_end: true },
    buy("t", 105, 1, { expect: { trades: [{ maker: "o", taker: "t", price: 105, qty: 1 }] } }),
    { do: "check", stop_sells: 0 },
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("icebergs count whole, and what they show by itself", () => {
  const steps: CaseStep[] = [
    sell("a", 100, 10, { display: 3 }),
    { do: "check", ask_qty: 10, visible_ask_qty: 3, asks: [[100, 10, 1]], visible_bid_qty: 0 },
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("self-trade prevention tells whom it ended, the step's own order apart", () => {
  const steps: CaseStep[] = [
    sell("a", 100, 2),
    buy("t", 100, 2, { stp: "expire_both", expect: { status: "cancelled", expired: ["a"] } }),
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("a budget that is one unit short kills the order whole", () => {
  const fok = (id: string, budget: number, expect: Record<string, unknown>): CaseStep => {
    return { do: "new", id, side: "buy", type: "fok_budget", qty: 3, budget, expect };
  };
  const steps: CaseStep[] = [
    sell("a", 100, 2),
    sell("b", 101, 2),
    fok("t", 300, { status: "cancelled", cancelled_qty: 3, trades: [] }),
    fok("u", 301, { status: "filled" }),
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("cancelling down to what is open, or more, asks for nothing", () => {
  const down = (open: number, expect: Record<string, unknown> = {}): CaseStep => {
    return { do: "cancel_down_to", id: "b", open_qty: open, expect };
  };
  const steps: CaseStep[] = [
    buy("b", 1, 5),
    down(5, { events: 0 }),
    down(6, { events: 0 }),
    down(2, { cancelled_qty: 3 }),
    down(0, { cancelled_qty: 2, status: "cancelled" }),
    down(0, { error: "unknown order" }),
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("an extension under a rule that is not ours is unsupported, with our rule", () => {
  const steps = [buy("b", 1, 1, { expect: { status: "filled" } })];
  const rules = ["a book of AON orders may stand until a chain can execute whole"];
  const found = verdictOf(steps, { class: "extension", rules });
  assert.match(found, /^unsupported: our rules differ \(chains of all-or-none orders are not/);
  const other = verdictOf(steps, { class: "extension", rules: ["shown in depth"] });
  assert.match(other, /^failed/);
});

test("decimals are read on the finest grid of the case", () => {
  const steps: CaseStep[] = [
    sell("a", "1500.125", "0.50", { expect: { open: "0.5" } }),
    buy("t", "1500.5", "0.25", { expect: { fills: { t: { qty: "0.25", cost: "375.03125" } } } }),
    { do: "check", asks: [["1500.125", "0.250", 1]], ask_qty: "0.25", last_price: "1500.125" },
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("owners are accounts: nobody cancels another's order, and ids are each owner's own", () => {
  const steps: CaseStep[] = [
    buy("b", 1, 1, { owner: "alice" }),
    { do: "cancel", id: "b", owner: "bob", expect: { status: "rejected", error: "unknown order" } },
    { do: "cancel", id: "b", expect: { status: "cancelled" } },
    buy("b", 1, 1, { owner: "alice", expect: { status: "rejected", error: "duplicate id" } }),
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("quantities that no command can carry are refused as the gateways refuse them", () => {
  const steps: CaseStep[] = [
    buy("b", 1, 5),
    { do: "reduce", id: "b", by: 0, expect: { status: "rejected", error: "bad quantity" } },
    { do: "reduce", id: "b", by: -1, expect: { status: "rejected", error: "bad quantity" } },
    buy("c", 1, -5, { expect: { status: "rejected", error: "bad quantity" } }),
    buy("d", 1, 0, { expect: { status: "rejected", error: "bad quantity" } }),
    { do: "check", bid_qty: 5 },
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("ids longer than a client order id keep their meaning", () => {
  const long = "a-very-long-order-id-of-some-other-engine";
  const trade = { maker: long, taker: "t", price: 1, qty: 1 };
  const steps = [sell(long, 1, 1), buy("t", 1, 1, { expect: { trades: [trade] } })];
  assert.equal(verdictOf(steps), "passed");
});

test("deposits make accounts that need what their orders cost", () => {
  const poor = { error: "insufficient funds", balances: { ann: { COIN: 5, CASH: 100 } } };
  const steps: CaseStep[] = [
    { do: "deposit", owner: "ann", balances: { COIN: 5, CASH: 100 } },
    buy("b1", 10, 11, { owner: "ann", expect: { status: "rejected", ...poor } }),
    sell("s1", 10, 6, { owner: "ann", expect: { status: "rejected", ...poor } }),
    buy("b1", 10, 10, {
      owner: "ann",
      expect: { balances: { ann: { CASH: 0, CASH_locked: 100 } } },
    }),
    sell("s2", 9, 4, { owner: "bob", expect: { balances: { ann: { COIN: 9, CASH_locked: 60 } } } }),
  ];
  assert.equal(verdictOf(steps), "passed");
});

test("a wrong balance fails the case, one of an unknown asset is unsupported", () => {
  const deposit = { do: "deposit", owner: "ann", balances: { COIN: 5, CASH: 100 } };
  const expecting = (ann: object) => [deposit, buy("b1", 1, 1, { expect: { balances: { ann } } })];
  assert.match(verdictOf(expecting({ COIN: 6 })), /^failed: step 2 .*free COIN of ann: expected 6/);
  assert.match(verdictOf(expecting({ COIN_locked: 1 })), /locked COIN of ann: expected 1, found 0/);
  assert.match(verdictOf(expecting({ GOLD: 1 })), /^unsupported: an amount of GOLD/);
});

test("owners of one group are one to self-trade prevention", () => {
  const prevented = { status: "cancelled", trades: [] };
  const steps: CaseStep[] = [
    buy("b1", 10, 5, { owner: "ann", group: 1 }),
    sell("s1", 10, 5, { owner: "bob", group: 1, stp: "expire_taker", expect: prevented }),
    sell("s2", 10, 5, {
      owner: "eve",
      group: 2,
      stp: "expire_taker",
      expect: { status: "filled" },
    }),
  ];
  assert.equal(verdictOf(steps), "passed");
});
