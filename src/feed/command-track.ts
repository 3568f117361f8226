// Which commands the newest messages of a stream follow from, while somebody wants to know.

/** More than wait for the disk. */
const KEPT_MAX = 65_536;

export class CommandTrack {
  #followersCount = 0;
  /** Message and command, by the message's sequence modulo KEPT_MAX; made when first wanted. */
  #messages = new Float64Array(0);
  #commands = new Float64Array(0);

  get isOn(): boolean {
    return this.#followersCount > 0;
  }

  follow(): () => void {
    this.#followersCount++;
    if (this.#messages.length === 0) {
      this.#messages = new Float64Array(KEPT_MAX);
      this.#commands = new Float64Array(KEPT_MAX);
    }
    let follows = true;
    return () => {
      if (follows) this.#followersCount--;
      follows = false;
    };
  }

  note(message: number, command: number): void {
    this.#messages[message % KEPT_MAX] = message;
    this.#commands[message % KEPT_MAX] = command;
  }

  /** 0: it is not known. */
  commandOf(message: number): number {
    const slot = message % KEPT_MAX;
    return this.#messages[slot] === message ? this.#commands[slot] : 0;
  }
}
