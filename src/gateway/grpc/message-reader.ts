// hot path
// Fields of a protobuf message, read where they lie. Only what the usual order is made of: varints
// up to 32 bits and length-delimited fields. Whatever else comes is left to the library's reader,
// which also says what is wrong with it.

const CONTINUES = 0x80;
const BITS_MAX = 32;
/** No varint here, or one of more than 32 bits. */
export const NO_VARINT = -1;

export class MessageReader {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;

  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.at = 0;
  }

  /** A key, a length or a value before `end`. */
  varint(end: number): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < BITS_MAX && this.at < end; shift += 7) {
      const byte = bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < CONTINUES) return value <= 0xffff_ffff ? value : NO_VARINT;
    }
    return NO_VARINT;
  }

  /** Where the field that begins here with its length ends; NO_VARINT: not before `end`. */
  fieldEnd(end: number): number {
    const length = this.varint(end);
    return length === NO_VARINT || length > end - this.at ? NO_VARINT : this.at + length;
  }
}
