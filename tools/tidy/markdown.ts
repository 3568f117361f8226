// Markdown: one title a page, and relative links that lead somewhere.

import path from "node:path/posix";
import type { Finding, ProjectFiles } from "./finding.ts";

/** [text](target) and ![image](target), without a title. */
const LINK = /\]\(<?([^()\s>]+)>?\)/g;

export function checkMarkdown(file: string, text: string, files: ProjectFiles): Finding[] {
  const lines = withoutCode(text).split("\n");
  const titles = lines.flatMap((line, index) => (/^# \S/.test(line) ? [index + 1] : []));
  const findings: Finding[] = [];
  if (titles.length !== 1) {
    const found = titles.length === 0 ? "none" : `lines ${titles.join(", ")}`;
    findings.push({
      file,
      line: titles[1] ?? 1,
      message: `expected one title (# ...), found ${found}`,
    });
  }
  for (const [index, line] of lines.entries()) {
    for (const match of line.matchAll(LINK)) {
      const message = complainOfLink(file, match[1], text, files);
      if (message !== "") findings.push({ file, line: index + 1, message });
    }
  }
  return findings;
}

function complainOfLink(file: string, link: string, text: string, files: ProjectFiles): string {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return ""; // Another site: not ours to keep.
  if (link.startsWith("/")) return `expected a link relative to this page, found ${link}`;
  const [linkedPath, anchor = ""] = link.split("#");
  const target =
    linkedPath === "" ? file : path.join(path.dirname(file), decodeURIComponent(linkedPath));
  const isFolder = [...files.keys()].some((known) =>
    known.startsWith(`${target.replace(/\/$/, "")}/`),
  );
  const targetText = target === file ? text : files.get(target);
  if (targetText === undefined && !isFolder) return `expected a file at ${target}, found none`;
  if (anchor === "" || targetText === undefined || !target.endsWith(".md")) return "";
  return anchorsOf(targetText).has(anchor) ? "" : `expected a heading #${anchor} in ${target}`;
}

/** Headings as GitHub names them. */
function anchorsOf(text: string): Set<string> {
  const headings = [...withoutCode(text).matchAll(/^#{1,6} +(.*)$/gm)].map((match) => match[1]);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

/** Fenced blocks and inline code blanked: what stands there is not Markdown. */
function withoutCode(text: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, " ");
  return text
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1[^\n]*$|(?![\s\S]))/gm, blank)
    .replace(/(`+)[^`\n]+\1/g, blank);
}
