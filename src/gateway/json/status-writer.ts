// The phase of an instrument as JSON and, in a call, what would trade.

import type { Instrument } from "../../model/instrument.ts";
import type { Collar, Indication, MarketStatus } from "../../model/market-status.ts";
import { SIDE_WORDS } from "../../model/order-words.ts";
import { PHASE_CONTINUOUS, phaseName } from "../../model/phase.ts";
import { reasonName } from "../../model/reasons.ts";
import { priceText, qtyText } from "./order-fields.ts";

/** Without braces: REST and streams put something around them. */
export function statusFields(status: MarketStatus, instrument: Instrument): string {
  const { collar, endTimeMicros, extensions, indication, nextPhase, phase, reason } = status;
  const { sequence, timeMicros } = status;
  const changed = sequence === 0 ? null : timeMicros;
  const hasEnd = endTimeMicros !== 0;
  const next = hasEnd || phase !== PHASE_CONTINUOUS ? `"${phaseName(nextPhase)}"` : null;
  const indicated = indication === undefined ? null : indicationJson(indication, instrument);
  return (
    `"symbol":"${instrument.symbol}","sequence":${sequence},"transactTime":${changed},` +
    `"phase":"${phaseName(phase)}","reason":"${reasonName(reason)}",` +
    `"endTime":${hasEnd ? endTimeMicros : null},"nextPhase":${next},"extensions":${extensions},` +
    `"collar":${collar === undefined ? null : collarJson(collar, instrument)},` +
    `"indication":${indicated}`
  );
}

function collarJson({ highTicks, lowTicks, referenceTicks }: Collar, of: Instrument): string {
  return (
    `{"reference":"${priceText(referenceTicks, of)}","low":"${priceText(lowTicks, of)}",` +
    `"high":"${priceText(highTicks, of)}"}`
  );
}

function indicationJson(indication: Indication, instrument: Instrument): string {
  const { matchedLots, priceTicks, surplusLots, surplusSide } = indication;
  const side = surplusLots === 0 ? null : `"${SIDE_WORDS.wordOf(surplusSide)}"`;
  return (
    `{"price":"${priceText(priceTicks, instrument)}",` +
    `"matchedQty":"${qtyText(matchedLots, instrument)}",` +
    `"surplusQty":"${qtyText(surplusLots, instrument)}","surplusSide":${side}}`
  );
}
