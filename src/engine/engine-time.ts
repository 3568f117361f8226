// hot path
// The time of the command at work. It stands in a typed array, because a number beyond 31 bits that
// goes through calls or fields is boxed again and again.

export class EngineTime {
  readonly #micros = new Float64Array(1);

  /** Microseconds since the Unix epoch; 0 before the first command. */
  get micros(): number {
    return this.#micros[0];
  }

  set micros(micros: number) {
    this.#micros[0] = micros;
  }
}
