// The beginning of a consensus flow (the public benchmark's file) as a lap.

import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import { loadFlow } from "../bench/flow-file.ts";
import { IOC_BIT, KIND_CANCEL, KIND_MASK, KIND_NEW, SELL_BIT } from "../bench/flow-run.ts";
import { LAP_CANCEL, LAP_NEW, LAP_REPLACE, type Lap, LapBuilder } from "./lap.ts";

/** The first `commandsMax` commands; what then rests is canceled at the end. */
export function lapOfFlow(path: string, commandsMax: number): Lap {
  const flow = loadFlow(path);
  const builder = new LapBuilder();
  for (let i = 0; i < Math.min(flow.commands, commandsMax); i++) {
    const flag = flow.flags[i];
    builder.push({
      kind: kindOf(flag & KIND_MASK),
      side: (flag & SELL_BIT) === 0 ? SIDE_BUY : SIDE_SELL,
      isIoc: (flag & IOC_BIT) !== 0,
      orderId: flow.orderIds[i] + 1,
      priceTicks: flow.priceTicks[i],
      qtyLots: flow.qtyLots[i],
    });
  }
  return builder.close();
}

function kindOf(flowKind: number): number {
  if (flowKind === KIND_NEW) return LAP_NEW;
  return flowKind === KIND_CANCEL ? LAP_CANCEL : LAP_REPLACE;
}
