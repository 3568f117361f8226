// hot path
// Instruments by the 8 bytes of an OUCH symbol. Orders that follow each other are mostly of one
// instrument: its symbol is compared, not looked up.

import { OuchInstrument, WIRE_SYMBOL_BYTES } from "../../codec/ouch-instrument.ts";
import type { Venue } from "../../model/venue.ts";

const SPACE = 0x20;

export class OuchSymbols {
  readonly #venue: Pick<Venue, "instrumentById" | "instrumentBySymbol">;
  readonly #byId = new Map<number, OuchInstrument>();
  #last: OuchInstrument | undefined;

  constructor(venue: Pick<Venue, "instrumentById" | "instrumentBySymbol">) {
    this.#venue = venue;
  }

  /** Undefined: nobody knows the symbol. */
  at(bytes: Uint8Array, at: number): OuchInstrument | undefined {
    if (this.#last !== undefined && isSymbol(this.#last.symbolBytes, bytes, at)) return this.#last;
    const instrument = this.#venue.instrumentBySymbol(textAt(bytes, at));
    this.#last = instrument === undefined ? undefined : this.byId(instrument.instrumentId);
    return this.#last;
  }

  byId(instrumentId: number): OuchInstrument | undefined {
    const known = this.#byId.get(instrumentId);
    if (known !== undefined) return known;
    const instrument = this.#venue.instrumentById(instrumentId);
    if (instrument === undefined) return undefined;
    const made = new OuchInstrument(instrument);
    this.#byId.set(instrumentId, made);
    return made;
  }
}

/** Whether the symbol says nothing: all instruments, in a mass cancel. */
export function isBlankSymbol(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < WIRE_SYMBOL_BYTES; i++) if (bytes[at + i] !== SPACE) return false;
  return true;
}

function isSymbol(symbolBytes: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < WIRE_SYMBOL_BYTES; i++) if (symbolBytes[i] !== bytes[at + i]) return false;
  return true;
}

function textAt(bytes: Uint8Array, at: number): string {
  let text = "";
  for (let i = 0; i < WIRE_SYMBOL_BYTES && bytes[at + i] !== SPACE; i++) {
    text += String.fromCharCode(bytes[at + i]);
  }
  return text;
}
