// Market data order by order begins where the exchange starts: with every instrument and every
// order that the public sees in the engine as recovery left it.

import { NONE } from "../base/none.ts";
import type { Engine } from "../engine/engine.ts";
import type { EngineTables } from "../engine/engine-tables.ts";
import { ItchFeed } from "../feed/itch-feed.ts";
import type { ListedInstrument, ShownOrder } from "../model/message-streams.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";

export function openItch(session: string, { tables, timeMicros }: Engine): ItchFeed {
  const { instruments } = tables;
  const feed = new ItchFeed(session, (id) => instruments.termsOf(instruments.find(id)));
  feed.begin(timeMicros, listedInstruments(tables), shownOrders(tables));
  return feed;
}

function* listedInstruments({ instruments, states }: EngineTables): Generator<ListedInstrument> {
  for (let book = 0; book < instruments.count(); book++) {
    yield { instrumentId: instruments.instrumentIdOf(book), phase: states.phaseOf(book) };
  }
}

/** Every queue from its head, the best price first. */
export function* shownOrders(tables: EngineTables): Generator<ShownOrder> {
  const { books, columns, instruments, terms } = tables;
  for (let book = 0; book < instruments.count(); book++) {
    const instrumentId = instruments.instrumentIdOf(book);
    for (const side of [SIDE_BUY, SIDE_SELL]) {
      let level = books.bestLevel(book, side);
      for (; level !== NONE; level = books.nextLevel(level)) {
        const priceTicks = books.levelPriceTicks(level);
        let slot = books.firstInQueue(level);
        for (; slot !== NONE; slot = books.nextInQueue(slot)) {
          const orderId = books.orderIdOf(slot);
          const isSlice = books.isIceberg(slot);
          const reference = isSlice ? terms.publicOrderIdOf(columns.termsRowOf(slot)) : orderId;
          const qtyLots = books.shownLotsOf(slot);
          yield { isSlice, instrumentId, orderId, reference, side, priceTicks, qtyLots };
        }
      }
    }
  }
}
