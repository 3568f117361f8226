// Dark and light: the system's wish, unless this browser chose otherwise. Colors live in
// styles/theme.css; charts draw on canvases and read them from there.

import { byId } from "./dom.ts";

export type ThemeName = "dark" | "light";

const STORAGE_KEY = "outcry.theme";

export class Theme {
  readonly #onChange: () => void;
  readonly #systemIsLight = matchMedia("(prefers-color-scheme: light)");

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    byId("theme-toggle", HTMLButtonElement).onclick = () => this.#toggle();
    this.#systemIsLight.onchange = () => this.#change();
    this.#show();
  }

  get name(): ThemeName {
    const chosen = localStorage.getItem(STORAGE_KEY);
    if (chosen === "dark" || chosen === "light") return chosen;
    return this.#systemIsLight.matches ? "light" : "dark";
  }

  #toggle(): void {
    localStorage.setItem(STORAGE_KEY, this.name === "dark" ? "light" : "dark");
    this.#change();
  }

  #change(): void {
    this.#show();
    this.#onChange();
  }

  #show(): void {
    document.documentElement.dataset["theme"] = this.name;
    const other = this.name === "dark" ? "light" : "dark";
    byId("theme-toggle", HTMLButtonElement).setAttribute("aria-label", `Switch to ${other} theme`);
  }
}

/** The present value of a color of the theme, such as "--buy". */
export function themeColor(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
