// Samples added up by their stacks, root first: the one form in which all profiles meet. A frame's
// kind stands at its end as in the folded text of flame graph tools: _[j] JavaScript, _[k] kernel,
// _[g] garbage collection, none native.

export type Frame = string;
export type FrameKind = "js" | "native" | "kernel" | "gc";

const KIND_OF_MARK: Readonly<Record<string, FrameKind>> = { j: "js", k: "kernel", g: "gc" };
const UNNAMED = /\+0x[0-9a-f]+$/;
const SEPARATOR = ";";

export class FoldedStacks {
  readonly #weights = new Map<string, number>();

  static parse(text: string): FoldedStacks {
    const stacks = new FoldedStacks();
    for (const line of text.split("\n")) {
      const space = line.lastIndexOf(" ");
      if (space > 0)
        stacks.add(line.slice(0, space).split(SEPARATOR), Number(line.slice(space + 1)));
    }
    return stacks;
  }

  /** `frames`: root first. */
  add(frames: readonly Frame[], weight: number): void {
    if (frames.length === 0 || !(weight > 0)) return;
    const key = frames.map((frame) => frame.replaceAll(SEPARATOR, ":")).join(SEPARATOR);
    this.#weights.set(key, (this.#weights.get(key) ?? 0) + weight);
  }

  get total(): number {
    let total = 0;
    for (const weight of this.#weights.values()) total += weight;
    return total;
  }

  /** In the order of their texts, so that equal profiles are equal bytes. */
  entries(): { frames: Frame[]; weight: number }[] {
    return Array.from(this.#weights)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, weight]) => ({ frames: key.split(SEPARATOR), weight }));
  }

  /** One line a stack: frames with `;` between them, a space, the weight in whole parts. */
  text(partsPerUnit = 1): string {
    return this.entries()
      .map(({ frames, weight }) => {
        return `${frames.join(SEPARATOR)} ${Math.round(weight * partsPerUnit)}\n`;
      })
      .join("");
  }
}

export function kindOf(frame: Frame): FrameKind {
  const mark = /_\[([jkg])\]$/.exec(frame)?.[1];
  return mark === undefined ? "native" : KIND_OF_MARK[mark];
}

/** A module and where in it: there is no symbol. */
export function isUnnamed(frame: Frame): boolean {
  return UNNAMED.test(frame);
}

/** Of an unnamed frame its module: "server (no symbols)". Others as they are. */
export function functionOf(frame: Frame): Frame {
  return frame.replace(UNNAMED, " (no symbols)");
}

export function nameOf(frame: Frame): string {
  return frame.replace(/_\[[jkg]\]$/, "");
}
