// When a command passed each stage on its way through the exchange, for those who ask to be told:
// in nanoseconds of a clock that is never set. What nobody asks for costs nothing.

export type CommandTimes = {
  /** The request that it came with was read. */
  readonly ingressNanos: number;
  /** It went to the sequencer. */
  readonly sequencedNanos: number;
  /** It was in the log's open batch, and the engine had matched it. */
  readonly matchedNanos: number;
  /** It was on the disk; 0: it is not yet. */
  readonly durableNanos: number;
};

export interface StageTimes {
  /** Times are kept from now on, until what it returns is called. */
  want(): () => void;
  /** When the request came that is being read; 0 while nobody wants to know. */
  arrival(): number;
  /** Of the request whose commands are entered next: what arrival() said; 0: with the command. */
  ingressNanos: number;
  nowNanos(): number;
  /** Undefined: it came before anybody wanted to know, or long ago. */
  timesOf(sequence: number): CommandTimes | undefined;
}
