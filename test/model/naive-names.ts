// Which order a cancel or an amend means.

import type { OrderName } from "../../src/codec/record-for-test.ts";
import type { TwinOrder } from "./naive-order.ts";
import { idOf, type TwinState } from "./naive-state.ts";

export function findOrder(
  state: TwinState,
  name: OrderName & { accountId: number; instrumentId: number },
): TwinOrder | undefined {
  const { accountId, instrumentId, clOrdId = "", orderId = 0 } = name;
  const order =
    clOrdId === ""
      ? state.working.find((known) => known.orderId === orderId)
      : state.ids.get(idOf({ accountId, clOrdId }));
  const isNamed = instrumentId === 0 || order?.instrumentId === instrumentId;
  return order?.accountId === accountId && isNamed ? order : undefined;
}
