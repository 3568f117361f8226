// Lines of a text file, numbered from 1, in constant memory: at most a chunk and one line are held.

import { ByteSource } from "./byte-source.ts";
import { FlowError } from "./flow-error.ts";

export class LineSource {
  readonly path: string;
  /** Number of the line that `tryNext` gave last. */
  lineNumber = 0;
  readonly #bytes: ByteSource;
  readonly #lineBytesMax: number;
  #text = "";
  #at = 0;
  #ended = false;

  /** A line longer than `lineBytesMax` is an error: such a file is not what it was taken for. */
  constructor(path: string, lineBytesMax: number) {
    this.path = path;
    this.#bytes = new ByteSource(path);
    this.#lineBytesMax = lineBytesMax;
  }

  get bytesRead(): number {
    return this.#bytes.bytesRead;
  }

  get bytesTotal(): number {
    return this.#bytes.bytesTotal;
  }

  /** Reads on; false when every line was given. Call it after `tryNext` gave nothing. */
  async fill(): Promise<boolean> {
    if (this.#ended) return this.#at < this.#text.length;
    const rest = this.#text.slice(this.#at);
    if (rest.length > this.#lineBytesMax) throw this.#tooLong();
    const chunk = await this.#bytes.next();
    this.#ended = chunk === undefined;
    this.#text = chunk === undefined ? rest : rest + toText(chunk);
    this.#at = 0;
    return this.#text.length > 0 || !this.#ended;
  }

  /** The next line without its end; undefined when more bytes are needed or none are left. */
  tryNext(): string | undefined {
    let end = this.#text.indexOf("\n", this.#at);
    if (end < 0) {
      if (!this.#ended || this.#at >= this.#text.length) return undefined;
      end = this.#text.length;
    }
    this.lineNumber++;
    const hasReturn = end > this.#at && this.#text.charCodeAt(end - 1) === 0x0d;
    const line = this.#text.slice(this.#at, hasReturn ? end - 1 : end);
    this.#at = end + 1;
    return line;
  }

  /** The next line, waiting for it; undefined at the end. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const line = this.tryNext();
      if (line !== undefined) return line;
      if (!(await this.fill())) return undefined;
    }
  }

  /** An error at the line given last. */
  errorAt(expected: string, found: string): FlowError {
    return FlowError.atPlace(this.path, "line", this.lineNumber, expected, found);
  }

  close(): void {
    this.#bytes.close();
  }

  #tooLong(): FlowError {
    const expected = `a line of at most ${this.#lineBytesMax} bytes`;
    return FlowError.atPlace(this.path, "line", this.lineNumber + 1, expected, "a longer one");
  }
}

/** Byte by byte (Latin-1), so that no character is ever split between two chunks. */
function toText(chunk: Uint8Array): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
}
