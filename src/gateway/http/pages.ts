// The pages behind "/" and "/docs". The API reference is Swagger UI from the installed package,
// with nothing loaded from elsewhere and nothing sent elsewhere
// (docs/decisions/0020-http-and-websocket.md).

import { type FileTree, readFileAt, readFileTree } from "../../ops/file-tree.ts";

const SWAGGER_UI = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

const DOCS_HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Outcry API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/init.js"></script>
  </body>
</html>
`;

const DOCS_INIT = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: "none"
});
`;

const HINT_HTML = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Outcry</title></head>
  <body>
    <h1>Outcry is running</h1>
    <p>The page is not built here. Build it with <code>npm run build</code> and start again.</p>
    <p>The API is up: <a href="/docs">reference</a>, <a href="/health">health</a>,
      <a href="/instruments">instruments</a>, <a href="/metrics">metrics</a>.</p>
  </body>
</html>
`;

/** Files below /docs/. */
export function docsFiles(): FileTree {
  const files = new Map<string, Uint8Array>([
    ["index.html", Buffer.from(DOCS_HTML)],
    ["init.js", Buffer.from(DOCS_INIT)],
  ]);
  for (const name of SWAGGER_UI) {
    files.set(name, readFileAt(import.meta.resolve(`swagger-ui-dist/${name}`)));
  }
  return files;
}

/** Files below /: the built page, or a hint where there is none. */
export function pageFiles(webDirectory: string): FileTree {
  return readFileTree(webDirectory) ?? new Map([["index.html", Buffer.from(HINT_HTML)]]);
}
