// What a fill costs: the narrowest fees count, whole.

import type { FeeTerms } from "../../src/model/account.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { largest } from "./naive-account.ts";
import { isBuy } from "./naive-order.ts";

/** Account 0 is everybody, instrument 0 every one. */
export type FeeRule = {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly fees: FeeTerms;
};

const MILLION = 1_000_000n;

/** The account's in the instrument, the account's, the instrument's, everybody's. */
export function feesOf(
  rules: readonly FeeRule[],
  accountId: number,
  instrumentId: number,
): FeeTerms | undefined {
  const scopes = [
    [accountId, instrumentId],
    [accountId, 0],
    [0, instrumentId],
    [0, 0],
  ];
  const found = scopes.flatMap(([account, instrument]) =>
    rules.filter((rule) => rule.accountId === account && rule.instrumentId === instrument),
  );
  return found[0]?.fees;
}

/** Money owed to the house for one fill; negative where it is paid. */
export function feeOf(
  fees: FeeTerms | undefined,
  side: number,
  isTaker: boolean,
  money: bigint,
  lots: number,
): bigint {
  if (fees === undefined) return 0n;
  const { rate, perLot } = partsOf(fees, side, isTaker);
  return upwards(money * BigInt(rate), MILLION) + BigInt(perLot) * BigInt(lots);
}

/** The most that one lot worth this much may cost; never less than nothing. */
export function worstFeeOf(fees: FeeTerms | undefined, side: number, money: bigint): bigint {
  if (fees === undefined) return 0n;
  const [maker, taker] = [false, true].map((isTaker) => partsOf(fees, side, isTaker));
  const rate = BigInt(Math.max(maker.rate, taker.rate));
  const perLot = BigInt(Math.max(maker.perLot, taker.perLot));
  return largest(0n, upwards(money * rate, MILLION) + perLot);
}

function partsOf(fees: FeeTerms, side: number, isTaker: boolean) {
  if (isTaker) {
    return isBuy({ side })
      ? { rate: fees.takerBuyRate, perLot: fees.takerBuyPerLot }
      : { rate: fees.takerSellRate, perLot: fees.takerSellPerLot };
  }
  return isBuy({ side })
    ? { rate: fees.makerBuyRate, perLot: fees.makerBuyPerLot }
    : { rate: fees.makerSellRate, perLot: fees.makerSellPerLot };
}

/** What is owed grows, what is paid shrinks. */
function upwards(amount: bigint, divisor: bigint): bigint {
  const down = amount / divisor;
  return amount > 0n && amount % divisor !== 0n ? down + 1n : down;
}

/** Money that so many lots at this price are; negative at negative prices. */
export function moneyOf(instrument: Instrument, priceTicks: number, lots: number): bigint {
  return BigInt(priceTicks) * BigInt(lots) * BigInt(instrument.moneyUnits ?? 1);
}

/** Units of the base asset that so many lots are. */
export function assetsOf(instrument: Instrument, lots: number): bigint {
  return BigInt(lots) * BigInt(instrument.assetUnits ?? 1);
}

/** The most that one lot can be worth, either way. */
export function highestMoneyOf(instrument: Instrument): bigint {
  const { priceTicksMin, priceTicksMax } = instrument;
  return moneyOf(instrument, Math.max(Math.abs(priceTicksMin), Math.abs(priceTicksMax), 1), 1);
}
