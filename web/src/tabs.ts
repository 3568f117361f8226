// On a narrow screen one section shows at a time; the bar at the bottom chooses. Wide screens show
// all and hide the bar (styles/narrow.css).

import { byId } from "./dom.ts";

export function startTabs(): void {
  const desk = byId("desk", HTMLElement);
  const bar = byId("tabbar", HTMLElement);
  const buttons = [...bar.querySelectorAll("button")];
  for (const button of buttons) {
    button.onclick = () => {
      desk.dataset["tab"] = button.dataset["tab"] ?? "trade";
      for (const other of buttons) other.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
    };
  }
}
