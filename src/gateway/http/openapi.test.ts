import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { type Json, LIMIT_BUY, startTestGateway, type TestGateway } from "../gateway-for-test.ts";
import { SCHEMAS } from "./openapi-schemas.ts";

async function documentOf(gateway: TestGateway): Promise<Json> {
  return (await gateway.ask("GET", "/openapi.json", undefined, 0)).json;
}

test("the document is valid OpenAPI 3.1", async (t) => {
  const gateway = await startTestGateway(t);
  const document = await documentOf(gateway);
  assert.equal(document["openapi"], "3.1.0");
  assert.match(JSON.stringify(document), /^[ -~]*$/, "JSON goes out as ASCII");
  const result = await new Validator().validate(document);
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
});

test("the document and the tables of json.md list the same requests", async (t) => {
  const gateway = await startTestGateway(t);
  const document = await documentOf(gateway);
  const documented = Object.entries<Json>(document["paths"]).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const page = readFileSync(new URL("../../../docs/protocols/json.md", import.meta.url), "utf8");
  const [rest] = page.split("## WebSocket");
  const rows = rest.split("\n").filter((line) => line.startsWith("| `"));
  const written = rows.flatMap((row) => {
    const cell = row.split("|")[1];
    return [...cell.matchAll(/`(GET|POST|PATCH|DELETE) ([^?`]+)/g)].map(
      ([, method, path]) => `${method} ${path}`,
    );
  });
  assert.ok(written.length >= 20, "the tables were found");
  assert.deepEqual(documented.toSorted(), written.toSorted());
});

test("query parameters in the document and in json.md are the same", async (t) => {
  const gateway = await startTestGateway(t);
  const document = await documentOf(gateway);
  const page = readFileSync(new URL("../../../docs/protocols/json.md", import.meta.url), "utf8");
  for (const [path, item] of Object.entries<Json>(document["paths"])) {
    for (const [method, operation] of Object.entries<Json>(item)) {
      const parameters: Json[] = operation["parameters"] ?? [];
      for (const { name } of parameters.filter((parameter) => parameter["in"] === "query")) {
        const written = page.split(`\`${method.toUpperCase()} ${path}?`)[1]?.split("`")[0];
        assert.ok(written?.includes(`${name}=`), `${method} ${path} ${name}`);
      }
    }
  }
});

test("every documented request has a documented answer, with and without a key", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ clOrdId: "my-1" });
  const document = await documentOf(gateway);
  let askedCount = 0;
  for (const [path, item] of Object.entries<Json>(document["paths"])) {
    for (const [method, operation] of Object.entries<Json>(item)) {
      const place = path
        .replace("{symbol}", "BTC-USD")
        .replace("{orderId}", "1")
        .replace("{clOrdId}", "my-1");
      const name = operation["requestBody"]?.content["application/json"].schema.$ref
        .split("/")
        .at(-1);
      const body = name === undefined ? undefined : (SCHEMAS[name] as Json)["examples"][0];
      for (const accountId of [0, 1]) {
        const { status, json } = await gateway.ask(method.toUpperCase(), place, body, accountId);
        askedCount++;
        const answer = operation["responses"][status];
        assert.ok(answer !== undefined, `${method} ${path}: ${status} is documented`);
        const needsKey = operation["security"].length > 0;
        assert.equal(status === 401, needsKey && accountId === 0, `${method} ${path}`);
        const schema = answer.content["application/json"]?.schema;
        if (schema !== undefined) assertFits(json, schema, `${method} ${path} ${status}`);
      }
    }
  }
  assert.ok(askedCount >= 40);
});

test("refusals of parameters, and refusals with a receipt, are documented", async (t) => {
  const gateway = await startTestGateway(t);
  const document = await documentOf(gateway);
  let withReceipt = 0;
  for (const [path, item] of Object.entries<Json>(document["paths"])) {
    for (const [method, operation] of Object.entries<Json>(item)) {
      const place = path
        .replace("{symbol}", "BTC-USD")
        .replace("{orderId}", "99")
        .replace("{clOrdId}", "nobody");
      const schemaRef = operation["requestBody"]?.content["application/json"].schema.$ref;
      const bodies = (SCHEMAS[schemaRef?.split("/").at(-1)] as Json)?.["examples"];
      const assertDocumented = async (query: string): Promise<Json> => {
        const asked = await gateway.ask(method.toUpperCase(), `${place}?${query}`, bodies?.[0], 1);
        const where = `${method} ${path}?${query} ${asked.status}`;
        const answer = operation["responses"][asked.status];
        assert.ok(answer !== undefined, `${where} is documented`);
        assertFits(asked.json, answer.content["application/json"].schema, where);
        return asked.json;
      };
      await assertDocumented("nobody-knows-it=1");
      const names = (operation["parameters"] ?? []).map((each: Json) => each["name"]);
      if (names.includes("ack")) await assertDocumented("ack=replicated");
      if (!names.includes("receipt")) continue;
      withReceipt++;
      await assertDocumented("receipt=true");
      await assertDocumented("receipt=true"); // Now its ids are taken, or gone.
    }
  }
  assert.ok(withReceipt >= 7);
});

test("the examples of the document fit its schemas, and its order can be entered", async (t) => {
  for (const [name, schema] of Object.entries<Json>(SCHEMAS)) {
    for (const example of schema["examples"] ?? []) assertFits(example, schema, name);
  }
  const gateway = await startTestGateway(t);
  const [order] = (SCHEMAS["Order"] as Json)["examples"];
  assert.equal((await gateway.ask("POST", "/orders", order)).status, 201);
  assert.throws(() => assertFits({ ...LIMIT_BUY, side: 1 }, SCHEMAS["Order"] as Json, "Order"));
});

/** The part of JSON Schema that our document uses. */
function assertFits(value: unknown, schema: Json, where: string): void {
  if (schema["$ref"] !== undefined) {
    assertFits(value, SCHEMAS[schema["$ref"].split("/").at(-1)] as Json, where);
    return;
  }
  const choices: Json[] | undefined = schema["anyOf"] ?? schema["oneOf"];
  if (choices !== undefined) {
    assert.ok(
      choices.some((choice) => fits(value, choice)),
      `${where}: ${JSON.stringify(value)} fits a choice`,
    );
  }
  if (schema["enum"] !== undefined) assert.ok(schema["enum"].includes(value), `${where}: ${value}`);
  if (schema["type"] !== undefined)
    assert.ok(isOfType(value, schema["type"]), `${where}: ${value} is ${schema["type"]}`);
  if (schema["pattern"] !== undefined)
    assert.match(String(value), new RegExp(schema["pattern"]), where);
  if (schema["minimum"] !== undefined) assert.ok(Number(value) >= schema["minimum"], where);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const itemSchema = schema["prefixItems"]?.[index] ?? schema["items"];
      if (itemSchema !== undefined) assertFits(item, itemSchema, `${where}[${index}]`);
    }
  }
  if (schema["properties"] === undefined) return;
  const fields = value as Json;
  for (const name of schema["required"] ?? [])
    assert.ok(name in fields, `${where}: ${name} is there`);
  for (const [name, field] of Object.entries(fields)) {
    const fieldSchema = schema["properties"][name];
    assert.ok(fieldSchema !== undefined, `${where}: ${name} is documented`);
    assertFits(field, fieldSchema, `${where}.${name}`);
  }
}

function fits(value: unknown, schema: Json): boolean {
  try {
    assertFits(value, schema, "choice");
    return true;
  } catch {
    return false;
  }
}

function isOfType(value: unknown, type: string | readonly string[]): boolean {
  return [type].flat().some((each) => typeOf(value, each) === each);
}

function typeOf(value: unknown, expected: string): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (Number.isInteger(value) && expected === "integer") return "integer";
  return typeof value;
}
