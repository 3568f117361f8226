// `outcry lab view RUN`: the report of a run or a comparison in the browser, on this machine only,
// until Ctrl-C.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { readCompareRun } from "../../lab/compare/compare-run.ts";
import { comparePage, runPage } from "../../lab/report/report-page.ts";
import { readRun } from "../../lab/report/write-report.ts";
import { EXIT_DONE, integerArgument, onlyArgument } from "../verb.ts";

const PORT_MAX = 65_535;

export async function view(args: string[]): Promise<number> {
  const options = { port: { type: "string", default: "0" } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const path = onlyArgument("RUN", "one run.json or compare-run.json", positionals);
  pageOf(path); // A file that is none, or of another version, is told before anybody looks.
  const port = integerArgument("--port", values.port, 0, PORT_MAX);
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(pageOf(path)); // Again each time: a campaign may have written it again.
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  server.closeAllConnections();
  server.close();
  return EXIT_DONE;
}

function pageOf(path: string): string {
  const compared = readCompareRun(path);
  return compared === undefined ? runPage(readRun(path)) : comparePage(compared);
}
