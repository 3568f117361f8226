// `outcry replay`: historical order flow through the log and the engine.

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { FlowExpectation } from "../../market/flow-expectation.ts";
import { openFlow } from "../../market/open-flow.ts";
import { replayDirectory } from "../replay-directory.ts";
import { FlowReplay } from "../replay-flow.ts";
import { ReplayProgress } from "../replay-progress.ts";
import { type ReplayReport, replayReport, replayText } from "../replay-report.ts";
import { ReplayVenue } from "../replay-venue.ts";
import { EXIT_DONE, EXIT_FAILED, usageError, type Verb } from "../verb.ts";

const USAGE = `usage: outcry replay FILE... [--expect FILE]... [options]

Runs historical order flow through the command log and the engine and says what happened.

FILE is, plain or gzip: a neutral commands.csv, a LOBSTER message file, or a consensus flow.
It is known by its content. docs/replay.md describes the formats.

  --expect FILE   compare with the recorded truth: expected executions, books, or best bids and
                  offers; exits 1 at the first difference. With several FILEs, an expectation goes
                  to the one whose name begins alike: day.commands.csv, day.expected.jsonl.gz
  --data DIR      keep each file's log in DIR; otherwise it is temporary and removed
  --json          print one JSON object a file
  --no-progress   no progress on stderr
`;

type Options = {
  readonly dataDirectory: string | undefined;
  readonly isJson: boolean;
  readonly isSilent: boolean;
};

export const verb: Verb = {
  name: "replay",
  summary: "run historical order flow through the log and the engine",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      expect: { type: "string", multiple: true, default: [] },
      data: { type: "string" },
      json: { type: "boolean", default: false },
      "no-progress": { type: "boolean", default: false },
    },
  });
  if (files.length === 0) throw usageError("FILE", "at least one file of order flow", "none");
  const expectationFiles = expectationsByFile(files, values.expect);
  const options = {
    dataDirectory: values.data,
    isJson: values.json,
    isSilent: values["no-progress"],
  };
  let exitCode = EXIT_DONE;
  for (const file of files) {
    const report = await replayFile(file, expectationFiles.get(file) ?? [], options);
    process.stdout.write(options.isJson ? `${JSON.stringify(report)}\n` : replayText(report));
    if (!report.agrees) exitCode = EXIT_FAILED;
  }
  return exitCode;
}

async function replayFile(
  file: string,
  expectationFiles: readonly string[],
  options: Options,
): Promise<ReplayReport> {
  const reader = await openFlow(file);
  const expectations: FlowExpectation[] = [];
  for (const path of expectationFiles) expectations.push(await FlowExpectation.open(path));
  const directory = replayDirectory(file, options.dataDirectory);
  const progress = new ReplayProgress(basename(file), options.isSilent);
  try {
    const venue = await ReplayVenue.open(directory.path);
    try {
      const startedMillis = performance.now();
      const replay = new FlowReplay(reader, venue, expectations, progress);
      await replay.run();
      const elapsedMillis = performance.now() - startedMillis;
      const stateHash = venue.engine.stateHash();
      return replayReport(file, reader, replay, expectations, elapsedMillis, stateHash);
    } finally {
      await venue.close();
    }
  } finally {
    progress.end();
    reader.close();
    for (const expectation of expectations) expectation.close();
    directory.release();
  }
}

/** Which expectations belong to which flow file. */
function expectationsByFile(
  files: readonly string[],
  expectationFiles: readonly string[],
): Map<string, string[]> {
  const byFile = new Map(files.map((file): [string, string[]] => [file, []]));
  for (const expectationFile of expectationFiles) {
    const stem = stemOf(expectationFile);
    const file = files.length === 1 ? files[0] : files.find((flow) => stemOf(flow) === stem);
    const own = file === undefined ? undefined : byFile.get(file);
    if (own === undefined) {
      throw usageError("--expect", "a file named like one of the FILEs", expectationFile);
    }
    own.push(expectationFile);
  }
  return byFile;
}

/** "day" of /data/day.commands.csv.gz and of day.expected.jsonl.gz. */
function stemOf(file: string): string {
  return basename(file).replace(/(\.(commands|expected|books|bbo))?\.(csv|jsonl|flow)(\.gz)?$/, "");
}
