// DESIGN.md section 2 as data: the rooms of src, what each may import, what each may touch.

export type Room = {
  /** Other rooms. "any" is every room. */
  readonly imports: readonly string[] | "any";
  /** Node's built-in modules without "node:"; a name covers its parts (fs covers fs/promises). */
  readonly builtins: readonly string[] | "any";
  /** npm packages. */
  readonly packages: readonly string[] | "any";
  /** No clock, no chance, no waiting: the same on replay. */
  readonly isPure: boolean;
};

const FILES = ["fs", "path", "stream", "zlib"];
const CLOCK = ["perf_hooks", "timers"];
const THREADS = ["worker_threads"];
const SOCKETS = ["dgram", "http", "http2", "https", "net", "stream", "tls"];

export const ROOMS: Readonly<Record<string, Room>> = {
  base: pure(),
  model: pure("base"),
  book: pure("base", "model"),
  // With codec, though DESIGN.md leaves it out: apply() reads and writes the records themselves.
  engine: pure("base", "model", "book", "codec"),
  codec: pure("base", "model"),
  feed: pure("base", "model", "codec"),
  log: {
    imports: ["base", "codec", "ops"],
    builtins: [...FILES, "crypto"],
    packages: [],
    isPure: false,
  },
  exchange: {
    imports: ["base", "model", "book", "engine", "codec", "feed", "log", "ops"],
    builtins: [...THREADS, ...CLOCK],
    packages: [],
    isPure: false,
  },
  gateway: {
    imports: ["base", "model", "codec", "ops"],
    builtins: [...SOCKETS, "crypto", "zlib"],
    packages: [
      "@grpc/grpc-js",
      "@grpc/proto-loader",
      "@grpc/reflection",
      "grpc-health-check",
      "ws",
    ],
    isPure: false,
  },
  // What programs that trade here use: the wire and nothing of the exchange behind it.
  client: {
    imports: ["base", "model", "codec"],
    builtins: [...SOCKETS, ...CLOCK],
    packages: ["ws"],
    isPure: false,
  },
  store: {
    imports: ["base", "model", "codec", "ops"],
    // The embedded database lives in a folder; a digest compares rebuilt tables.
    builtins: [...THREADS, "crypto", "fs", "path"],
    packages: ["@electric-sql/pglite"],
    isPure: false,
  },
  ops: {
    imports: ["base"],
    // Another program sets what Node has no call for.
    builtins: [...CLOCK, "child_process", "fs", "os", "path", "process", "url", "util"],
    packages: ["prom-client"],
    isPure: false,
  },
  market: {
    imports: ["base", "model", "codec"],
    builtins: FILES,
    packages: [],
    isPure: false,
  },
  lab: { imports: "any", builtins: "any", packages: "any", isPure: false },
  cli: { imports: "any", builtins: "any", packages: "any", isPure: false },
};

function pure(...imports: string[]): Room {
  return { imports, builtins: [], packages: [], isPure: true };
}

/** "engine" for "src/engine/engine.ts"; "" outside src or directly in it. */
export function roomOf(file: string): string {
  const [top, room, ...rest] = file.split("/");
  return top === "src" && rest.length > 0 ? room : "";
}

/** Proofs beside the code: they may use any room and any module. */
export function isProof(file: string): boolean {
  return /\.(test|fuzz|bench)\.ts$|-for-test\.ts$/.test(file);
}
