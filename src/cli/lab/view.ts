// `outcry lab view RUN`: a run's report in the browser, on this machine only, until Ctrl-C.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { reportPage } from "../../lab/report/report-page.ts";
import { defaultName, readRun } from "../../lab/report/write-report.ts";
import { EXIT_DONE, integerArgument, usageError } from "../verb.ts";

const PORT_MAX = 65_535;

export async function view(args: string[]): Promise<number> {
  const options = { port: { type: "string", default: "0" } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const [path] = positionals;
  if (path === undefined) throw usageError("RUN", "a run.json", "none");
  const port = integerArgument("--port", values.port, 0, PORT_MAX);
  const server = createServer((_request, response) => {
    const run = readRun(path); // Again each time: a campaign may have written it again.
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(reportPage(run, defaultName(run)));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  server.closeAllConnections();
  server.close();
  return EXIT_DONE;
}
