// What tidy says about a line, and the project as it sees it.

export type Finding = { readonly file: string; readonly line: number; readonly message: string };

/** Text of every file by its path from the root, "/" between folders. */
export type ProjectFiles = ReadonlyMap<string, string>;

export function formatFinding({ file, line, message }: Finding): string {
  return `${file}:${line}: ${message}`;
}
