// Short messages in the corner: acks and refusals, also for screen readers (the list is a live
// region). Bounded, and gone by themselves.

import { byId, make } from "./dom.ts";

export type ToastKind = "good" | "bad" | "plain";

const TOASTS_MAX = 4;
const GOOD_MILLIS = 5_000;
/** Bad news takes longer to read. */
const BAD_MILLIS = 12_000;

export function toast(kind: ToastKind, text: string): void {
  const list = byId("toasts", HTMLElement);
  for (const shown of [...list.children]) if (shown.textContent === text) shown.remove();
  while (list.childElementCount >= TOASTS_MAX) list.firstElementChild?.remove();
  const item = make("div", `toast toast-${kind}`);
  item.append(make("p", "", text));
  list.append(item);
  item.onclick = () => item.remove();
  setTimeout(() => item.remove(), kind === "bad" ? BAD_MILLIS : GOOD_MILLIS);
}
