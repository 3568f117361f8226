// Draws at a steady pace from the newest state, whatever the rate of events: at most 20 pictures a
// second, none while nothing changed or nobody looks.

/** 20 a second reads as live; a screen full of numbers at 60 only costs battery. */
const FRAME_MILLIS_MIN = 50;

export class FrameLoop {
  readonly #draw: () => void;
  #isWanted = false;
  #drawnMillis = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Something changed. Cheap, and any number of times between two frames. */
  readonly want = (): void => {
    if (this.#isWanted) return;
    this.#isWanted = true;
    requestAnimationFrame(this.#onFrame);
  };

  readonly #onFrame = (nowMillis: number): void => {
    if (nowMillis - this.#drawnMillis < FRAME_MILLIS_MIN) {
      requestAnimationFrame(this.#onFrame);
      return;
    }
    this.#isWanted = false;
    this.#drawnMillis = nowMillis;
    this.#draw();
  };
}
