// One number field of the ticket: text in the instrument's grid, two step buttons, arrow keys
// (Shift: ten steps, Page keys: a hundred), and its fault next to it.

import { byId, setText } from "./dom.ts";
import { formatSteps, type Grid, parseSteps } from "./grid.ts";
import { type Checked, checkField, hasComma, stepped } from "./ticket-check.ts";

export type StepperTerms = {
  readonly grid: Grid;
  readonly stepsMin: number;
  readonly stepsMax: number;
};

const MOVES: ReadonlyMap<string, number> = new Map([
  ["ArrowUp", 1],
  ["ArrowDown", -1],
  ["PageUp", 100],
  ["PageDown", -100],
]);
const SHIFT_FACTOR = 10;

export class Stepper {
  readonly input: HTMLInputElement;
  readonly #name: string;
  readonly #fault: HTMLElement;
  readonly #onEdit: () => void;
  /** Where stepping starts from an empty field. */
  readonly #fallbackSteps: () => number;
  #terms: StepperTerms | undefined;

  constructor(id: string, name: string, fallbackSteps: () => number, onEdit: () => void) {
    this.input = byId(id, HTMLInputElement);
    this.#name = name;
    this.#fault = byId(`${id}-fault`, HTMLElement);
    this.#fallbackSteps = fallbackSteps;
    this.#onEdit = onEdit;
    byId(`${id}-down`, HTMLButtonElement).onclick = () => this.#move(-1);
    byId(`${id}-up`, HTMLButtonElement).onclick = () => this.#move(1);
    this.input.oninput = () => this.#edited();
    this.input.onkeydown = (event) => {
      const move = MOVES.get(event.key);
      if (move === undefined) return;
      event.preventDefault();
      this.#move(event.shiftKey ? move * SHIFT_FACTOR : move);
    };
  }

  use(terms: StepperTerms): void {
    this.#terms = terms;
    this.showFault("");
  }

  clear(): void {
    this.input.value = "";
  }

  /** undefined while the text is not a whole number of steps. */
  get steps(): number | undefined {
    if (this.#terms === undefined) return undefined;
    const steps = parseSteps(this.input.value.trim(), this.#terms.grid);
    return typeof steps === "string" ? undefined : steps;
  }

  set(steps: number): void {
    if (this.#terms === undefined) return;
    this.input.value = formatSteps(steps, this.#terms.grid);
    this.#edited();
  }

  /** Checks the text and shows its fault, if any. */
  check(): Checked {
    if (this.#terms === undefined) return { steps: undefined, fault: "no instrument is chosen" };
    const { grid, stepsMin, stepsMax } = this.#terms;
    const checked = checkField(this.#name, this.input.value, grid, stepsMin, stepsMax);
    this.showFault(checked.fault);
    return checked;
  }

  showFault(text: string): void {
    setText(this.#fault, text);
    this.input.setAttribute("aria-invalid", String(text !== ""));
  }

  #move(moveSteps: number): void {
    if (this.#terms === undefined || this.input.disabled) return;
    if (hasComma(this.input.value)) {
      this.check(); // It says why: to step from the market would change what was meant.
      return;
    }
    const { grid, stepsMin, stepsMax } = this.#terms;
    const limits = { stepsMin, stepsMax, fallbackSteps: this.#fallbackSteps() };
    this.input.value = stepped(this.input.value, grid, moveSteps, limits);
    this.#edited();
  }

  #edited(): void {
    this.showFault("");
    this.#onEdit();
  }
}
