// Runs a campaign from a command line: progress to stderr, files to a folder, Ctrl-C keeps what is
// there.

import { planOf, runCampaign } from "../../lab/campaign/campaign.ts";
import { plannedPasses, timetableText } from "../../lab/campaign/timetable.ts";
import { minutesText } from "../../lab/load/load-text.ts";
import { prepareFolder } from "../../lab/report/lab-files.ts";
import { defaultName, writeReport, writeRun } from "../../lab/report/write-report.ts";
import { commandText } from "../command-text.ts";
import { EXIT_DONE, EXIT_FAILED } from "../verb.ts";
import { readTargetOptions } from "./target-options.ts";

/** Passes that tell nothing of the target: of them alone a campaign is not done. */
const OF_THE_HOST = ["capabilities", "calibration", "engine alone"];
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `only`: the names of the passes to run; undefined: all. */
export async function runPasses(
  args: string[],
  only: readonly string[] | undefined,
): Promise<number> {
  const options = readTargetOptions(args);
  const planned = timetableText(plannedPasses(planOf(options), options.spec, only));
  if (options.isPlanOnly) {
    console.log(planned);
    return EXIT_DONE;
  }
  prepareFolder(options.out);
  process.stderr.write(`${planned}\n`);
  const stop = new AbortController();
  // A terminal and `timeout` signal the launcher and this process: the second one changes nothing.
  const onSignal = (): void => {
    if (stop.signal.aborted) return;
    process.stderr.write("stopping; what is measured is kept\n");
    stop.abort();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  const started = performance.now();
  try {
    const run = await runCampaign({
      ...options,
      only,
      command: commandText(process.argv.slice(2)),
      signal: stop.signal,
      tell(line, leftSeconds) {
        const elapsed = minutesText((performance.now() - started) / 1000);
        process.stderr.write(`[${elapsed}, ${minutesText(leftSeconds)} left] ${line}\n`);
      },
    });
    const name = options.name ?? defaultName(run);
    console.log(writeRun(run, options.out, name));
    for (const file of writeReport(run, options.out, name)) console.log(file);
    const isWhole = run.wrongAnswer === undefined && run.targetEnded === undefined;
    const isMeasured = run.passes.some(({ name }) => !OF_THE_HOST.includes(name));
    return isMeasured && isWhole ? EXIT_DONE : EXIT_FAILED;
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
}
