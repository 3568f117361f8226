// Our engine in a process of its own behind the lab's binary record: what `outcry lab run engine`
// drives and watches. Prints `listening on PORT` or `listening on PATH`. Arguments: tcp, udp, or
// unix PATH, `--null` for a server that answers without an engine (the lab's own echo server), and
// `--delayed` for one that reads lines from its input, each so many nanoseconds by which every
// order takes longer from then on, and prints `delayed by N` when they do.

import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { delayedAnswer } from "../load/delayed-answer.ts";
import {
  ANSWER_ID_WORD,
  ANSWER_ORDER_ID_WORD,
  RECORD_BYTES,
  RECORD_WORDS,
  REQUEST_ID_WORD,
  REQUEST_ORDER_ID_WORD,
} from "../load/lab-record.ts";
import { createRecordEngine } from "../load/record-engine.ts";

const INBOUND_BYTES = 1 << 20;
const DATAGRAM_BYTES_MAX = 1 << 16;
const LOOPBACK = "127.0.0.1";
type Answer = (requests: Int32Array, from: number, answers: Int32Array, to: number) => void;

function serve(socket: Socket, answer: Answer): void {
  const requests = new Int32Array(INBOUND_BYTES / 4);
  const requestBytes = Buffer.from(requests.buffer);
  let kept = 0;
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    for (let from = 0; from < chunk.length; ) {
      const taken = chunk.copy(requestBytes, kept, from);
      from += taken;
      const length = kept + taken;
      const records = Math.floor(length / RECORD_BYTES);
      if (records > 0) socket.write(answerAll(requests, records, answer));
      kept = length - records * RECORD_BYTES;
      requestBytes.copyWithin(0, records * RECORD_BYTES, length);
    }
  });
}

/** A buffer of its own: the socket may keep it until the peer reads. */
function answerAll(requests: Int32Array, records: number, answer: Answer): Uint8Array {
  const answers = new Int32Array(records * RECORD_WORDS);
  for (let at = 0; at < answers.length; at += RECORD_WORDS) answer(requests, at, answers, at);
  return new Uint8Array(answers.buffer);
}

/** The request's and the order's id, and nothing done. */
function echo(requests: Int32Array, from: number, answers: Int32Array, to: number): void {
  answers[to + ANSWER_ID_WORD] = requests[from + REQUEST_ID_WORD];
  answers[to + ANSWER_ORDER_ID_WORD] = requests[from + REQUEST_ORDER_ID_WORD];
}

/** As many answers in a datagram as requests came in one. */
function serveDatagrams(answer: Answer): void {
  const requests = new Int32Array(DATAGRAM_BYTES_MAX / 4);
  const requestBytes = Buffer.from(requests.buffer);
  const socket = createSocket("udp4");
  socket.on("message", (datagram, { port, address }) => {
    const records = Math.floor(datagram.copy(requestBytes) / RECORD_BYTES);
    if (records > 0) socket.send(answerAll(requests, records, answer), port, address);
  });
  socket.bind(0, LOOPBACK, () => announce(socket.address().port));
}

function announce(where: string | number): void {
  process.stdout.write(`listening on ${where}\n`);
}

/** Slower from the next line of the input on. */
function delayedByInput(answer: Answer): Answer {
  const delayed = delayedAnswer(answer);
  createInterface(process.stdin).on("line", (line) => {
    delayed.delay(Number(line));
    process.stdout.write(`delayed by ${line}\n`);
  });
  return delayed.answer;
}

function main(args: readonly string[]): void {
  const [transport, path = ""] = args.filter((arg) => !arg.startsWith("--"));
  const engine = args.includes("--null") ? echo : createRecordEngine().answer;
  const answer = args.includes("--delayed") ? delayedByInput(engine) : engine;
  if (transport === "udp") {
    serveDatagrams(answer);
    return;
  }
  const server = createServer((socket) => serve(socket, answer));
  const onListening = (): void => {
    const address = server.address();
    announce(typeof address === "object" && address !== null ? address.port : path);
  };
  if (transport === "tcp") server.listen(0, LOOPBACK, onListening);
  else server.listen(path, onListening);
}

main(process.argv.slice(2));
