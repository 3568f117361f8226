import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { startTestGateway, type TestGateway } from "../../src/gateway/gateway-for-test.ts";

const run = promisify(execFile);
/** Debian's own, for which its packages are. */
const PYTHON = "/usr/bin/python3";

/** The code blocks of a page of docs/clients. */
function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(new URL(`../../docs/clients/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(
    ([, code]) => code,
  );
}

function environmentOf(gateway: TestGateway): NodeJS.ProcessEnv {
  const [key] = gateway.keyTexts;
  return { ...process.env, OUTCRY_URL: gateway.server.url, OUTCRY_KEY: key };
}

/** Why a program cannot be run here; undefined where it can. */
async function missing(program: string, args: string[], name: string): Promise<string | undefined> {
  try {
    await run(program, args);
    return undefined;
  } catch {
    return `${program} is missing: apt-get install ${name}`;
  }
}

test("the examples for curl do what they say", async (t) => {
  const skip = await missing("curl", ["--version"], "curl");
  if (skip !== undefined) return t.skip(skip);
  const gateway = await startTestGateway(t);
  const blocks = blocksOf("curl.md", "sh");
  assert.equal(blocks.length, 4);
  const answers: string[] = [];
  for (const block of blocks) {
    const { stdout } = await run("sh", ["-ec", block], { env: environmentOf(gateway) });
    answers.push(stdout);
  }
  const [entered, previewed, canceled, depth] = answers;
  assert.match(entered, /"ordStatus":"new"/);
  assert.match(previewed, /"status":200,"answer":.*"price":"101.00"/);
  assert.match(canceled, /"price":"99.00".*"ordStatus":"canceled"/);
  assert.match(depth, /"bids":\[\]/);
});

test("the examples for Python do what they say", async (t) => {
  const skip = await missing(PYTHON, ["-c", "import requests"], "python3-requests");
  if (skip !== undefined) return t.skip(skip);
  const gateway = await startTestGateway(t);
  for (const block of blocksOf("python.md", "python")) {
    const { stdout } = await run(PYTHON, ["-c", block], { env: environmentOf(gateway) });
    assert.equal(stdout, "done\n");
  }
});
