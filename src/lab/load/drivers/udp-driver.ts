// hot path
// The lab's binary record in UDP datagrams, several to one. Few are under way at once, so that no
// socket's buffer overflows on one machine; one that is lost all the same ends the load.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { OpenConnection } from "../driver.ts";
import {
  ANSWER_ID_WORD,
  encodeLap,
  RECORD_BYTES,
  RECORD_WORDS,
  tellAnswer,
} from "../lab-record.ts";

/** 1,280 bytes: a datagram that no link has to cut. */
const DATAGRAM_RECORDS = 40;
/** A Linux socket's buffer holds some 270 small datagrams. */
const IN_FLIGHT_MAX = 128;

export function udpOpener(host: string, port: number): OpenConnection {
  return async (lap, instrument, listener) => {
    const socket = createSocket("udp4");
    socket.connect(port, host);
    await once(socket, "connect");
    const requests = Buffer.from(encodeLap(lap, instrument).buffer);
    const answer = new Int32Array(RECORD_WORDS);
    const answerBytes = Buffer.from(answer.buffer);
    let expectedId = 0;

    socket.on("error", (error) => listener.onFailure(error));
    socket.on("message", (datagram) => {
      listener.onArrival();
      for (let at = 0; at + RECORD_BYTES <= datagram.length; at += RECORD_BYTES) {
        datagram.copy(answerBytes, 0, at, at + RECORD_BYTES);
        if (answer[ANSWER_ID_WORD] !== expectedId) {
          const found = answer[ANSWER_ID_WORD];
          listener.onFailure(new Error(`UDP: lost: expected answer ${expectedId}, found ${found}`));
          return;
        }
        if (++expectedId === lap.commands) expectedId = 0;
        tellAnswer(listener, answer, 0);
      }
    });

    return {
      inFlightMax: IN_FLIGHT_MAX,
      isSynchronous: false,
      send(first, count) {
        for (let sent = 0; sent < count; sent += DATAGRAM_RECORDS) {
          const end = first + Math.min(count, sent + DATAGRAM_RECORDS);
          socket.send(requests.subarray((first + sent) * RECORD_BYTES, end * RECORD_BYTES));
        }
      },
      poll() {
        // The event loop brings the answers.
      },
      async close() {
        const closed = once(socket, "close");
        socket.close();
        await closed;
      },
    };
  };
}
