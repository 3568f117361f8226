// A recorded byte stream, played again: a file of length-prefixed messages (u32 little-endian, then
// the bytes), and how many bytes each answer has. For protocols that the lab does not speak. What
// is in the answers is not checked, and the report says so.

import { readFileSync } from "node:fs";
import type { OpenConnection } from "../driver.ts";
import { ANSWER_DONE } from "../lap.ts";
import type { SocketAddress } from "../load-options.ts";
import { connectTo } from "./record-driver.ts";

const LENGTH_BYTES = 4;
const IN_FLIGHT_MAX = 1 << 16;

/** `recording`: FILE:BYTES, the recording and the length of an answer. */
export function bytesOpener(address: SocketAddress, recording: string): OpenConnection {
  const { messages, answerBytes } = readRecording(recording);
  return async (_lap, _instrument, listener) => {
    const socket = await connectTo(address);
    let received = 0;
    let isClosing = false;
    socket.on("error", (error) => listener.onFailure(error));
    socket.on("close", () => {
      if (!isClosing) listener.onFailure(new Error("the target closed the connection"));
    });
    socket.on("data", (chunk: Buffer) => {
      listener.onArrival();
      received += chunk.length;
      for (; received >= answerBytes; received -= answerBytes) listener.onAnswer(ANSWER_DONE, -1);
    });
    let next = 0;
    return {
      inFlightMax: IN_FLIGHT_MAX,
      isSynchronous: false,
      send(_first, count) {
        for (let i = 0; i < count; i++) socket.write(messages[next++ % messages.length]);
      },
      poll() {
        // The event loop brings the answers.
      },
      async close() {
        isClosing = true;
        socket.destroy();
      },
    };
  };
}

function readRecording(recording: string): { messages: Buffer[]; answerBytes: number } {
  const [, file = "", bytes = ""] = /^(.*):(\d+)$/.exec(recording) ?? [];
  const answerBytes = Number(bytes);
  if (answerBytes < 1) throw new Error(`expected FILE:ANSWER_BYTES, found ${recording}`);
  const data = readFileSync(file);
  const messages: Buffer[] = [];
  for (let at = 0; at + LENGTH_BYTES <= data.length; ) {
    const end = at + LENGTH_BYTES + data.readUInt32LE(at);
    if (end > data.length) throw new Error(`${file}: the last message is cut`);
    messages.push(data.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  if (messages.length === 0) throw new Error(`${file}: expected messages, found none`);
  return { messages, answerBytes };
}
