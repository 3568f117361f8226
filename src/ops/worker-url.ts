// Where a worker thread's entry file is: `.ts` when the checkout runs its sources, `.js` when dist/
// runs. tools/tidy reads these calls as imports, so write the name as a literal.

/**
 * URL of the worker entry `name` (no extension, relative to the caller's file) for `new Worker`:
 * `workerUrl(import.meta.url, "store-thread")`.
 */
export function workerUrl(importMetaUrl: string, name: string): URL {
  const extension = importMetaUrl.endsWith(".ts") ? ".ts" : ".js";
  return new URL(`${name}${extension}`, importMetaUrl);
}
