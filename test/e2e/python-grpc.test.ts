// Python's gRPC library, which nobody here wrote, trades as docs/clients/python-grpc.md says.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryDirectory, VenueForTest } from "./venue-for-test.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Debian's own: its packages are for that one. */
const PYTHON = "/usr/bin/python3";

const MISSING =
  spawnSync(PYTHON, ["-c", "import grpc, google.protobuf"]).status === 0 &&
  spawnSync("grpc_python_plugin", [], { input: "" }).error === undefined &&
  spawnSync("protoc", ["--version"]).status === 0
    ? false
    : "python3-grpcio is missing: apt-get install python3-grpcio protobuf-compiler{,-grpc}";

/** The one block of Python in the page. */
function example(): string {
  const page = readFileSync(join(ROOT, "docs", "clients", "python-grpc.md"), "utf8");
  return /```python\n(.*?)```/s.exec(page)?.[1] ?? "";
}

function run(program: string, args: string[], env: Record<string, string>): Promise<string> {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with ${code}:\n${output}`));
    });
  });
}

test("Python's gRPC client trades as its page says", { skip: MISSING }, async (t) => {
  const directory = temporaryDirectory();
  const venue = await VenueForTest.start(join(directory, "data"), [
    "--no-simulator",
    "--grpc-port",
    "0",
  ]);
  t.after(async () => {
    await venue.stop();
    rmSync(directory, { recursive: true });
  });
  const port = /gRPC is open at \S+, port (\d+)/.exec(venue.output)?.[1];
  const protos = ["orders", "order_entry", "market_data"].map((name) => `outcry/v1/${name}.proto`);
  const out = [`--python_out=${directory}`, `--grpc_out=${directory}`];
  const plugin = "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin";
  await run("protoc", ["-I", join(ROOT, "proto"), ...out, plugin, ...protos], {});
  const program = join(directory, "example.py");
  writeFileSync(program, example());
  const said = await run(PYTHON, [program, `127.0.0.1:${port}`], { KEY: venue.firstKey ?? "" });
  assert.deepEqual(
    said.split("\n").filter((line) => !line.includes("ticks of")),
    [
      "entered 1 ORD_STATUS_NEW",
      'refused OFF_GRID price: expected a multiple of 0.01, found "100.005"',
      "amended to 8",
      "batch 0 0 left 2 at 100.00",
      "batch 0 0 left 2 at 100.00",
      "batch 1 0 left 2 at 100.00",
      "batch 1 0 left 2 at 100.00",
      "batch 2 2 left ",
      "batch 2 2 left ",
      "batch 3 1 left ",
      "batch 3 mass_canceled 3",
      "the market saw 2 trade",
      "executions 20",
      "",
    ],
  );
  assert.match(said, /^ACME ticks of 0\.01 USD$/m);
});
