// What went over a wire as a capture file that tshark reads: Ethernet, IPv4 and TCP or UDP around
// the bytes of our own sockets. Checksums are zero; tshark does not look at them.

const MAGIC = 0xa1b2_c3d4;
const LINK_ETHERNET = 1;
const IPV4 = 0x0800;
const TCP = 6;
const UDP = 17;
const SNAP_BYTES = 262_144;
const TCP_PAYLOAD_MAX = 1400;
const PUSH_AND_ACK = 0x18;

export type WireSide = "client" | "server";

export class PcapForTest {
  readonly #serverPort: number;
  readonly #packets: Buffer[] = [];
  readonly #sent: Record<WireSide, number> = { client: 1, server: 1 };

  constructor(serverPort: number) {
    this.#serverPort = serverPort;
  }

  /** Bytes that one side sent over TCP, in segments. */
  tcp(from: WireSide, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += TCP_PAYLOAD_MAX) {
      const payload = bytes.subarray(at, at + TCP_PAYLOAD_MAX);
      const header = Buffer.alloc(20);
      this.#putPorts(header, from);
      header.writeUInt32BE(this.#sent[from], 4);
      header.writeUInt32BE(this.#sent[from === "client" ? "server" : "client"], 8);
      header.writeUInt8(5 << 4, 12);
      header.writeUInt8(PUSH_AND_ACK, 13);
      header.writeUInt16BE(65_535, 14);
      this.#sent[from] += payload.length;
      this.#packet(from, TCP, Buffer.concat([header, payload]));
    }
  }

  /** One datagram. */
  udp(from: WireSide, bytes: Uint8Array): void {
    const header = Buffer.alloc(8);
    this.#putPorts(header, from);
    header.writeUInt16BE(8 + bytes.length, 4);
    this.#packet(from, UDP, Buffer.concat([header, bytes]));
  }

  file(): Buffer {
    const header = Buffer.alloc(24);
    header.writeUInt32BE(MAGIC, 0);
    header.writeUInt16BE(2, 4);
    header.writeUInt16BE(4, 6);
    header.writeUInt32BE(SNAP_BYTES, 16);
    header.writeUInt32BE(LINK_ETHERNET, 20);
    return Buffer.concat([header, ...this.#packets]);
  }

  #putPorts(header: Buffer, from: WireSide): void {
    const ports = [40_000, this.#serverPort];
    if (from === "server") ports.reverse();
    header.writeUInt16BE(ports[0], 0);
    header.writeUInt16BE(ports[1], 2);
  }

  #packet(from: WireSide, protocol: number, segment: Buffer): void {
    const ip = Buffer.alloc(20);
    ip.writeUInt8(0x45, 0);
    ip.writeUInt16BE(20 + segment.length, 2);
    ip.writeUInt8(64, 8);
    ip.writeUInt8(protocol, 9);
    ip.writeUInt32BE(from === "client" ? 0x0a00_0001 : 0x0a00_0002, 12);
    ip.writeUInt32BE(from === "client" ? 0x0a00_0002 : 0x0a00_0001, 16);
    const ethernet = Buffer.alloc(14);
    ethernet.writeUInt16BE(IPV4, 12);
    const frame = Buffer.concat([ethernet, ip, segment]);
    const record = Buffer.alloc(16);
    record.writeUInt32BE(this.#packets.length, 0);
    record.writeUInt32BE(frame.length, 8);
    record.writeUInt32BE(frame.length, 12);
    this.#packets.push(Buffer.concat([record, frame]));
  }
}
