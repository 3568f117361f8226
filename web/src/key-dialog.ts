// Where the API key comes from: the storage of this tab or browser, `#key=` in the address (taken
// out of it at once, so that it is in no bookmark, history or screenshot), or the dialog.

import { byId } from "./dom.ts";
import { remember, remembered } from "./tab-storage.ts";

const STORAGE_KEY = "outcry.key";

/** "" when there is none. Call it before anything else reads the address. */
export function rememberedKey(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("key")?.trim() ?? "";
  if (location.hash.startsWith("#key=")) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  if (given !== "") remember(STORAGE_KEY, given);
  return remembered(STORAGE_KEY);
}

export class KeyDialog {
  readonly #dialog = byId("key-dialog", HTMLDialogElement);
  readonly #field = byId("key-field", HTMLInputElement);
  readonly #onKey: (key: string) => void;

  constructor(onKey: (key: string) => void) {
    this.#onKey = onKey;
    byId("key-open", HTMLButtonElement).onclick = () => this.open();
    byId("ticket-login", HTMLButtonElement).onclick = () => this.open();
    byId("key-close", HTMLButtonElement).onclick = () => this.#dialog.close();
    byId("key-forget", HTMLButtonElement).onclick = () => this.#take("");
    byId("key-form", HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      this.#take(this.#field.value.trim());
    };
    // A link with another key, opened in this very tab.
    addEventListener("hashchange", () => {
      if (location.hash.startsWith("#key=")) this.#onKey(rememberedKey());
    });
  }

  open(): void {
    this.#field.value = "";
    this.#dialog.showModal();
    this.#field.focus();
  }

  #take(key: string): void {
    remember(STORAGE_KEY, key);
    this.#dialog.close();
    this.#onKey(key);
  }
}
