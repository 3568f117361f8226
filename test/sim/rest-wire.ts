// REST as a simulated client speaks it: HTTP/1.1 over one connection that is kept, one request at a
// time.

import type { Json, Wire, WireListener } from "./wire.ts";

const HEADERS_END = "\r\n\r\n";
const CONTENT_LENGTH = /^content-length: (\d+)$/im;
const ERRORS_FROM = 400;

type Call = { readonly method: string; readonly path: string; readonly body?: Json };

export class RestWire implements Wire {
  readonly #keyText: string;
  readonly #send: (bytes: Buffer) => void;
  readonly #listener: WireListener;
  /** The first of them is under way. */
  readonly #requests: Json[] = [];
  #bytes: Buffer = Buffer.alloc(0);

  constructor(keyText: string, send: (bytes: Buffer) => void, listener: WireListener) {
    this.#keyText = keyText;
    this.#send = send;
    this.#listener = listener;
  }

  begin(): void {
    this.#listener.onOpen();
  }

  ask(request: Json): void {
    if (this.#requests.push(request) === 1) this.#sendFirst();
  }

  take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#readAnswer());
  }

  #sendFirst(): void {
    if (this.#requests.length === 0) return;
    const { method, path, body } = callOf(this.#requests[0]);
    const text = body === undefined ? "" : JSON.stringify(body);
    const lines = [
      `${method} ${path} HTTP/1.1`,
      "Host: exchange",
      `Authorization: Bearer ${this.#keyText}`,
      ...(body === undefined
        ? []
        : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`]),
    ];
    this.#send(Buffer.from(lines.join("\r\n") + HEADERS_END + text));
  }

  #readAnswer(): boolean {
    const end = this.#bytes.indexOf(HEADERS_END);
    if (end < 0) return false;
    const head = this.#bytes.toString("latin1", 0, end);
    const bodyAt = end + HEADERS_END.length;
    const bodyEnd = bodyAt + Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (this.#bytes.length < bodyEnd) return false;
    const json = this.#bytes.toString("utf8", bodyAt, bodyEnd);
    this.#bytes = this.#bytes.subarray(bodyEnd);
    const kind = Number(head.slice(9, 12)) >= ERRORS_FROM ? "error" : "result";
    const id = this.#requests.shift()?.["id"];
    this.#sendFirst();
    this.#listener.onMessage(`{"id":${id},"${kind}":${json}}`);
    return true;
  }
}

/** The request with the method and path that REST has for its op. */
function callOf({ op, id: _, clOrdId, ...fields }: Json): Call {
  const orderPath = `/orders/by-cl-ord-id/${clOrdId}`;
  switch (op) {
    case "new":
      return { method: "POST", path: "/orders", body: fields["order"] };
    case "batch":
      return { method: "POST", path: "/orders/batch", body: fields };
    case "cancel":
      return { method: "DELETE", path: orderPath };
    case "amend":
      return { method: "PATCH", path: orderPath, body: fields };
    case "status":
      return { method: "GET", path: orderPath };
    case "cancelAll":
      return { method: "DELETE", path: "/orders" };
    case "openOrders":
      return { method: "GET", path: "/orders" };
    default:
      return { method: "GET", path: "/health" };
  }
}
