// Columns of numbers in a narrow panel: each as wide as its numbers where there is room, and where
// there is none the numbers are shortened, with a mark. Digits are never cut off unseen.

import { setText } from "./dom.ts";

/** Fewer characters than this say nothing. */
const CHARACTERS_MIN = 5;

/**
 * Characters of each column: what it needs and an even share of what is left. Where the room is too
 * small the columns `exact` keep what they need, and the others share by need.
 */
export function allot(needs: readonly number[], exact: readonly number[], room: number): number[] {
  const spare = Math.floor((room - sumOf(needs)) / needs.length);
  if (spare >= 0) return needs.map((need) => need + spare);
  const kept = sumOf(exact.map((i) => needs[i]));
  const shared = room - kept;
  const asked = sumOf(needs) - kept;
  return needs.map((need, i) => {
    if (exact.includes(i)) return need;
    return Math.min(need, Math.max(CHARACTERS_MIN, Math.floor((shared * need) / asked)));
  });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A decimal text in at most so many characters: fewer decimals and "…", else rounded ("1.25M"). */
export function shortText(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const point = text.indexOf(".");
  // The mark is as wide as two digits.
  const kept = charactersMax - 2;
  if (point > 0 && point + 1 < kept) return `${text.slice(0, kept)}…`;
  return ROUNDED.format(Number(text));
}

const ROUNDED = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

/** Writes a number into its cell; a shortened one says the whole of it under the pointer. */
export function setNumber(cell: HTMLElement, text: string, charactersMax: number): void {
  const shown = shortText(text, charactersMax);
  setText(cell, shown);
  const title = shown === text ? "" : text;
  if (cell.title !== title) cell.title = title;
}

export class Columns {
  readonly #heads: readonly HTMLElement[];
  readonly #exact: readonly number[];
  readonly #weight: number;
  #needs: number[] = [];
  #widths: number[] = [];
  #shown = "";

  /** What stands in the columns `exact` is never shortened; `weight` is that of the numbers. */
  constructor(table: HTMLTableElement, exact: readonly number[], weight: number) {
    this.#weight = weight;
    this.#heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    this.#exact = exact;
  }

  /** Numbers of another size come: they widen columns, and what was there does not narrow them. */
  reset(): void {
    this.#needs = [];
  }

  /** Characters that each column may show, when its longest number has `needs`. */
  fit(needs: readonly number[]): readonly number[] {
    const grown = needs.map((need, i) => Math.max(need, this.#needs[i] ?? 0));
    const table = this.#heads[0]?.closest("table");
    // Not the table's own width: columns that were wider keep it wide.
    const panelPixels = table?.parentElement?.clientWidth ?? 0;
    const asked = `${grown} ${panelPixels}`;
    if (table === null || table === undefined || asked === this.#shown) return this.#widths;
    this.#needs = grown;
    this.#shown = asked;
    const paddings = this.#heads.map(paddingPixels);
    const padding = paddings.reduce((sum, pixels) => sum + pixels, 0);
    const digit = digitPixels(table, this.#weight);
    const room = Math.floor((panelPixels - padding) / digit);
    this.#widths = allot(grown, this.#exact, room);
    this.#heads.forEach((head, i) => {
      head.style.width = `${(this.#widths[i] ?? 0) * digit + (paddings[i] ?? 0)}px`;
    });
    return this.#widths;
  }
}

function paddingPixels(cell: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(cell);
  return Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight);
}

function digitPixels(table: HTMLTableElement, weight: number): number {
  const { fontFamily, fontSize } = getComputedStyle(table);
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return Number.parseFloat(fontSize) * 0.7;
  context.font = `${weight} ${fontSize} ${fontFamily}`;
  return context.measureText("0").width;
}
