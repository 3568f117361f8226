import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { REASONS } from "../model/reasons.ts";
import { ERROR_CODES, statusOfReason } from "./error-codes.ts";

const PAGE = new URL("../../docs/protocols/reasons.md", import.meta.url);

/**
 * The page as the code has it; `UPDATE=1 node --test src/gateway/error-codes.test.ts` writes it.
 */
function pageOfCodes(): string {
  const reasons = REASONS.map(({ code, name, meaning }) => {
    return `| ${code} | \`${name}\` | ${statusOfReason(code)} | ${meaning} |`;
  });
  const errors = ERROR_CODES.map(
    ({ name, status, meaning }) => `| \`${name}\` | ${status} | ${meaning} |`,
  );
  return `# Reason and error codes

Generated from src/model/reasons.ts and src/gateway/error-codes.ts; a test compares. Codes are never
reused and never change their meaning.

## Reasons of the exchange

Why a command was refused or an order ended. The number stands in records (below 1000 FIX's own,
OrdRejReason 103 and CxlRejReason 102), the name in JSON, the status in REST errors.

| number | name | HTTP status | meaning |
|---|---|---|---|
${reasons.join("\n")}

## Errors of the gateways

The request never reached the exchange and is not in its log.

| name | HTTP status | meaning |
|---|---|---|
${errors.join("\n")}
`;
}

test("reasons.md lists every reason and error code with its meaning", () => {
  if (process.env["UPDATE"] === "1") writeFileSync(PAGE, pageOfCodes());
  assert.equal(readFileSync(PAGE, "utf8"), pageOfCodes());
});

test("names of reasons and errors are one space: none stands for two things", () => {
  const names = [...REASONS, ...ERROR_CODES].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
