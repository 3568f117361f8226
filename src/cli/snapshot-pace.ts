// When a snapshot is due. It takes the disk and a core for as long as the commands since the last
// one took, so in a burst it waits: trading is to have both. But not for ever.

/** So many commands a second are a burst. */
export const BURST_COMMANDS_PER_SECOND = 100_000;
/** In a burst there are so many times as many commands between two snapshots. */
export const BURST_COMMANDS_FACTOR = 5;

export class SnapshotPace {
  readonly #everyCommands: number;
  #secondAgoSequence: number;
  #isBurst = false;

  /** `everyCommands` from one snapshot to the next; the log is durable up to `sequence`. */
  constructor(everyCommands: number, sequence: number) {
    this.#everyCommands = everyCommands;
    this.#secondAgoSequence = sequence;
  }

  /** To be told each second. */
  onSecond(durableSequence: number): void {
    const arrivedCommands = durableSequence - this.#secondAgoSequence;
    this.#isBurst = arrivedCommands > BURST_COMMANDS_PER_SECOND;
    this.#secondAgoSequence = durableSequence;
  }

  /** After so many commands since the last one. */
  isDue(commands: number): boolean {
    return commands >= this.#everyCommands * (this.#isBurst ? BURST_COMMANDS_FACTOR : 1);
  }
}
