// What the gateway needs of a UDP socket: a seam. Node's own is one.

import type { RemoteInfo } from "node:dgram";

/** Where a datagram comes from whose sender wants no answer: anybody may write that into one. */
export const NO_PORT = 0;

export interface DatagramSocket {
  bind(port: number, host: string, onBound: () => void): unknown;
  /**
   * `onTaken` is called when the system has taken the datagram, or has refused it. Throws where the
   * port is NO_PORT.
   */
  send(bytes: Uint8Array, port: number, host: string, onTaken?: () => void): void;
  close(onClosed: () => void): unknown;
  on(event: "message", onMessage: (bytes: Uint8Array, from: RemoteInfo) => void): unknown;
  on(event: "error", onError: (error: Error) => void): unknown;
  once(event: "error", onError: (error: Error) => void): unknown;
}
