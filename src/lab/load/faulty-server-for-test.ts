// Our engine behind the lab's record, which does one thing wrong: what a test says of each batch of
// answers.

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { RECORD_BYTES, RECORD_WORDS } from "./lab-record.ts";
import type { Drive } from "./load-options.ts";
import { createRecordEngine } from "./record-engine.ts";

export type FaultyServer = { readonly drive: Drive; close(): void };

/**
 * `spoil`: given the right words of one answer, its number (from 1) and the socket, it gives the
 * words to send, more, fewer or others.
 */
export async function startFaultyServer(
  spoil: (answer: Int32Array, count: number, socket: Socket) => readonly Int32Array[],
): Promise<FaultyServer> {
  const engine = createRecordEngine();
  let count = 0;

  function answerAll(requests: Buffer, socket: Socket): void {
    const words = new Int32Array(requests.buffer, requests.byteOffset, requests.length / 4);
    const parts: Buffer[] = [];
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const answer = new Int32Array(RECORD_WORDS);
      engine.answer(words, at, answer, 0);
      for (const each of spoil(answer, ++count, socket)) {
        parts.push(Buffer.from(each.buffer, each.byteOffset, RECORD_BYTES));
      }
    }
    if (!socket.destroyed && parts.length > 0) socket.write(Buffer.concat(parts));
  }

  const server = createServer((socket) => {
    let kept = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      const bytes = Buffer.concat([kept, chunk]);
      const length = bytes.length - (bytes.length % RECORD_BYTES);
      kept = Buffer.from(bytes.subarray(length));
      // A copy of its own: as many words need an offset of their size.
      answerAll(Buffer.from(new Uint8Array(bytes.subarray(0, length)).buffer), socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    drive: { kind: "record", address: { host: "127.0.0.1", port } },
    close: () => server.close(),
  };
}
