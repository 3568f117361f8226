// hot path
// The lab's binary record over TCP or a Unix socket: whatever is due goes in one write.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { OpenConnection } from "../driver.ts";
import { encodeLap, RECORD_BYTES, RECORD_WORDS, tellAnswer } from "../lab-record.ts";
import type { SocketAddress } from "../load-options.ts";

const IN_FLIGHT_MAX = 1 << 20;
const INBOUND_BYTES = 1 << 20;

export async function connectTo(address: SocketAddress): Promise<Socket> {
  const socket = connect(address);
  await once(socket, "connect");
  socket.setNoDelay(true);
  return socket;
}

/** Resolves when the socket is gone. One that the target closed has said so, and says it once. */
export async function endSocket(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, "close");
  socket.destroy();
  await closed;
}

export function recordOpener(address: SocketAddress): OpenConnection {
  return async (lap, instrument, listener) => {
    const socket = await connectTo(address);
    const requests = Buffer.from(encodeLap(lap, instrument).buffer);
    const inbound = new Int32Array(INBOUND_BYTES / 4);
    const inboundBytes = Buffer.from(inbound.buffer);
    let kept = 0;
    let isClosing = false;

    socket.on("error", (error) => listener.onFailure(error));
    socket.on("close", () => {
      if (!isClosing) listener.onFailure(new Error("the target closed the connection"));
    });
    socket.on("data", (chunk: Buffer) => {
      listener.onArrival();
      for (let from = 0; from < chunk.length; ) {
        const taken = chunk.copy(inboundBytes, kept, from);
        from += taken;
        read(kept + taken);
      }
    });

    function read(lengthBytes: number): void {
      const records = Math.floor(lengthBytes / RECORD_BYTES);
      for (let at = 0; at < records * RECORD_WORDS; at += RECORD_WORDS) {
        tellAnswer(listener, inbound, at);
      }
      kept = lengthBytes - records * RECORD_BYTES;
      inboundBytes.copyWithin(0, records * RECORD_BYTES, lengthBytes);
    }

    return {
      inFlightMax: IN_FLIGHT_MAX,
      isSynchronous: false,
      send(first, count) {
        socket.write(requests.subarray(first * RECORD_BYTES, (first + count) * RECORD_BYTES));
      },
      poll() {
        // The event loop brings the answers.
      },
      async close() {
        isClosing = true;
        await endSocket(socket);
      },
    };
  };
}
