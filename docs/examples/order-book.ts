import { formatSteps, OrderBook, parseSteps, SIDE_BUY } from "outcry/book";

// This market's prices have two decimals and move in quarters: 25 units of 0.01 a tick.
function ticksOf(price: string): number {
  const ticks = parseSteps(price, 2, 25);
  if (typeof ticks === "string") throw new RangeError(`price ${price}: ${ticks}`);
  return ticks;
}
const priceOf = (ticks: number) => formatSteps(ticks, 2, 25);

let turnoverLots = 0;
const book = new OrderBook({
  ordersMax: 100_000,
  onTrade: (_makerOrderId, _takerOrderId, _lastPxTicks, lastQtyLots) => {
    turnoverLots += lastQtyLots;
  },
});

// Three sellers. Ids are given out from 1 when you choose none.
book.limit({ side: "sell", priceTicks: ticksOf("101.25"), orderQtyLots: 10 });
book.limit({ side: "sell", priceTicks: ticksOf("101.25"), orderQtyLots: 10 });
book.limit({ side: "sell", priceTicks: ticksOf("101.00"), orderQtyLots: 5 });

// A buyer takes the best price first, then the oldest order.
const taker = book.limit({ side: "buy", priceTicks: ticksOf("101.25"), orderQtyLots: 12 });
for (const { makerOrderId, lastPxTicks, lastQtyLots } of taker.trades) {
  console.log(`${lastQtyLots} lots of order ${makerOrderId} at ${priceOf(lastPxTicks)}`);
}
console.log(`order ${taker.orderId}: ${taker.ordStatus}`);

// A refusal is an answer. Nothing has changed.
const maker = { side: "buy", priceTicks: ticksOf("101.50"), orderQtyLots: 1 } as const;
const refused = book.limit({ ...maker, postOnly: true });
console.log(`${refused.ordStatus}: ${refused.reason}`);

// Fewer lots keep the place in the queue; more lots, or another price, lose it.
book.amend(1, { orderQtyLots: 9 });
console.log(`first in the queue: order ${book.orders("sell")[0]?.orderId}`);
book.amend(1, { orderQtyLots: 11 });
console.log(`first in the queue: order ${book.orders("sell")[0]?.orderId}`);

book.limit({ side: "buy", priceTicks: ticksOf("100.75"), orderQtyLots: 8 });
const copy = OrderBook.restore(book.snapshot());
const { bids, asks } = copy.depth(5);
for (const { priceTicks, qtyLots, orderCount } of [...asks.toReversed(), ...bids]) {
  console.log(`${priceOf(priceTicks).padStart(8)} ${qtyLots} lots in ${orderCount}`);
}

// The same book in numbers, without an object: what is left of the order, or minus a reason.
const untradedLots = book.core.enterLimit(SIDE_BUY, ticksOf("101.25"), 20, 1001);
console.log(`${untradedLots} lots rest, ${turnoverLots} were traded`);
