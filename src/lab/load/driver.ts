// How a generator thread reaches a target: a driver opens connections, a connection sends requests
// of the lap and reports their answers in the order in which they were sent.

import type { Lap } from "./lap.ts";
import type { Drive } from "./load-options.ts";

export type AnswerListener = {
  /** Before the answers that arrived together: the clock is read once for them. */
  onArrival(): void;
  /** The next answer. Lots and ids below 0, or left out: the target does not say. */
  onAnswer(status: number, lots: number, requestId?: number, orderId?: number): void;
  onFailure(error: Error): void;
};

export type Connection = {
  /** Requests that may be without answer at once. */
  readonly inFlightMax: number;
  /** Answers are there when send() returns: the target runs in this very thread. */
  readonly isSynchronous: boolean;
  /** Sends the lap's requests from `first` on, `count` of them, not beyond the lap's end. */
  send(first: number, count: number): void;
  /** Looks for answers; for targets that do not wake the event loop. */
  poll(): void;
  /** Takes the account's orders off the book at once, where the protocol can. */
  cancelAll?(): Promise<void>;
  close(): Promise<void>;
};

export type OpenConnection = (
  lap: Lap,
  /** From 1; each connection trades an instrument of its own where the target allows it. */
  instrument: number,
  listener: AnswerListener,
) => Promise<Connection>;

/** Loads only the driver that is needed. */
export async function openerOf(drive: Drive): Promise<OpenConnection> {
  switch (drive.kind) {
    case "engine":
      return (await import("./drivers/engine-driver.ts")).openEngine;
    case "ring":
      return (await import("./drivers/ring-driver.ts")).openRing;
    case "record":
      return (await import("./drivers/record-driver.ts")).recordOpener(drive.address);
    case "bytes": {
      const { bytesOpener } = await import("./drivers/bytes-driver.ts");
      return bytesOpener(drive.address, drive.recording);
    }
    case "udp":
      return (await import("./drivers/udp-driver.ts")).udpOpener(drive.host, drive.port);
    case "ouch":
      return (await import("./drivers/ouch-driver.ts")).ouchOpener(drive.address, drive.key);
    case "fix":
      return (await import("./drivers/fix-driver.ts")).fixOpener(drive, drive.key);
    case "grpc":
      return (await import("./drivers/grpc-driver.ts")).grpcOpener(drive.address, drive.key);
    case "template":
      return (await import("./drivers/template-driver.ts")).templateOpener(drive.path);
    case "http":
      return (await import("./drivers/http-driver.ts")).httpOpener(drive.url, drive.key);
    case "websocket":
      return (await import("./drivers/websocket-driver.ts")).webSocketOpener(drive.url, drive.key);
    case "module":
      return await (await import("./drivers/module-driver.ts")).moduleOpener(drive);
  }
}
