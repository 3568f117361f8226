// A report as one page for a browser: the Markdown's own text, the plots and flame graphs inside,
// light or dark as the reader's system is.

import { Marked } from "marked";
import type { RunFile } from "../campaign/run-file.ts";
import type { CompareRun } from "../compare/compare-run.ts";
import { compareFilesOf } from "./compare-report.ts";
import { defaultName, filesOf } from "./write-report.ts";
import { xmlText } from "./xml-text.ts";

/** What its files begin with: they are never seen apart from the page. */
const COMPARE_NAME = "compare";

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#57606a;--line:#d8dee4;--paper:#fff;
--band:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--quiet:#9aa4b0;--line:#30363d;
--paper:#14171c;--band:#1d2127}}
body{margin:0 auto;max-width:62rem;padding:1rem 1.25rem 4rem;background:var(--paper);
color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;display:block;overflow-x:auto;font-size:.87rem}
td,th{border:1px solid var(--line);padding:.3rem .55rem;text-align:left;vertical-align:top}
tr:nth-child(2n) td{background:var(--band)}th{background:var(--band);font-weight:600}
code,pre{font:.85em ui-monospace,Menlo,monospace;background:var(--band)}
pre{padding:.7rem;overflow-x:auto}figure{margin:1rem 0}svg,img{max-width:100%;height:auto}
figcaption{color:var(--quiet);font-size:.85rem}
object{width:100%;border:1px solid var(--line)}
`;

export function runPage(run: RunFile): string {
  const name = defaultName(run);
  const markdown = `${name}-profile-report.md`;
  return reportPage(`${run.target}: performance`, markdown, filesOf(run, name));
}

export function comparePage(run: CompareRun): string {
  const markdown = `${COMPARE_NAME}-report.md`;
  return reportPage(`${run.a} and ${run.b}: compared`, markdown, compareFilesOf(run, COMPARE_NAME));
}

/** Self-contained: no other file is asked for. `markdown`: which of the files is the report. */
function reportPage(title: string, markdown: string, files: Record<string, string>): string {
  const marked = new Marked({ renderer: { image: ({ href, text }) => figure(files, href, text) } });
  const body = marked.parse(files[markdown] ?? "", { async: false });
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width">` +
    `<title>${xmlText(title)}</title><style>${STYLE}</style></head>\n` +
    `<body>\n${body}</body></html>\n`
  );
}

/** A flame graph keeps its script in an object of its own; a plot needs none. */
function figure(files: Record<string, string>, href: string, text: string): string {
  const svg = files[href] ?? "";
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  const caption = xmlText(text);
  const picture = svg.includes("<script")
    ? `<object type="image/svg+xml" data="${source}">${caption}</object>`
    : `<img src="${source}" alt="${caption}">`;
  return `<figure>${picture}<figcaption>${caption}</figcaption></figure>`;
}
