import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import { countCodeKinds } from "./code-kinds.ts";
import { type CpuProfile, foldCpuProfile } from "./cpu-profile.ts";
import { type Difference, differentialGraphSvg } from "./differential-graph.ts";
import { flameGraphSvg } from "./flame-graph.ts";
import { FoldedStacks, kindOf } from "./folded-stacks.ts";
import { hotspotsOf, shareOfKind, speedUp } from "./hotspots.ts";
import { matchedFrame, matchedStacks } from "./matched-frames.ts";
import { foldPerfScript } from "./perf-script.ts";
import { pprofProfile } from "./pprof.ts";
import { shortenName } from "./short-name.ts";
import { speedscopeJson } from "./speedscope.ts";

/** perf 6.1, `perf script -F comm,pid,tid,time,event,period,ip,sym,dso`, cut. */
const PERF = `toy 21453/21453 [001]  1251.813775:    1001001 cpu-clock: 
	            e3aa Book::match(Order&) (/srv/toy)
	            1120 main (/srv/toy)
	           29d8f __libc_start_call_main (/usr/lib/x86_64-linux-gnu/libc.so.6)
	ffffffffffffffff [unknown] ([unknown])

toy 21453/21453 [001]  1251.814775:    1001001 cpu-clock: 
	ffffffff8121 _raw_spin_unlock_irqrestore ([kernel.kallsyms])
	            4d10 [unknown] (/srv/toy)
	            1120 main (/srv/toy)

node 99/99 [000]  1251.815775:    1001001 cpu-clock: 
	    7f00aa10 JS:*match file:///srv/dist/book/books.js:120:7 (/tmp/perf-99.map)
	          1f node::Start(int, char**) (/usr/bin/node)
`;

test("perf's samples become stacks from the root, without names where there are none", () => {
  const { stacks, samples, named, whole, rooted } = foldPerfScript(PERF);
  assert.equal(
    stacks.text(),
    "__libc_start_call_main;main;Book::match(Order&) 1\n" +
      "main;toy+0x4000;_raw_spin_unlock_irqrestore_[k] 1\n" +
      "node::Start(int, char**);match book/books.js:120_[j] 1\n",
  );
  assert.deepEqual([samples, named, whole, rooted], [3, 3, 2, 3]);
  assert.equal(shareOfKind(stacks, "kernel"), 1 / 3);
});

/** A thread of libstdc++ on a stripped server, cut. */
const STRIPPED = ["4d10", "4d2c", "51f0", "4d10"]
  .map(
    (address) => `base2 7/8 66619.356260:   10101010 cpu-clock:
	            ${address} [unknown] (/srv/server)
	            4abc [unknown] (/srv/server)
	           d44a2 [unknown] (/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30)
	           891f4 start_thread (/usr/lib/x86_64-linux-gnu/libc.so.6)
	          1098eb clone3 (/usr/lib/x86_64-linux-gnu/libc.so.6)
`,
  )
  .join("\n");

test("code without names is told by pages of its module, and its share by the module", () => {
  const { stacks, named } = foldPerfScript(STRIPPED);
  assert.equal(named, 0);
  const thread = "clone3;start_thread;libstdc++.so.6.0.30+0xd4000;server+0x4000";
  assert.equal(stacks.text(), `${thread} 3\n${thread};server+0x5000 1\n`);
  const [server, ...others] = hotspotsOf(stacks, 4, 9);
  assert.deepEqual([server.name, server.self.value], ["server (no symbols)", 1]);
  assert.deepEqual(others, []);
});

test("a sample is named by its innermost frame, whoever started the thread", () => {
  const script = STRIPPED.replaceAll("[unknown] (/srv/server)", "serve (/srv/server)");
  const { samples, named, whole } = foldPerfScript(script);
  assert.deepEqual([samples, named, whole], [4, 4, 0]);
});

/** perf 6.1 on a Node 24 that runs, `perf script -F comm,pid,tid,ip,sym,dso`, cut. */
const KINDS = `      Main 7/7    1bd07d7 Builtins_NumberToString (/opt/node/bin/node)
      Main 7/7    17c5f21 v8::internal::SemiSpaceNewSpace::AddBuffer (/opt/node/bin/node)
      Main 7/7    7f59c000a1b2 [unknown] (/tmp/perf-27064.map)
      Main 7/7    7f59c000a1b2 [unknown] ([unknown])
      Main 7/7    7f59d00101b2 read (/usr/lib/x86_64-linux-gnu/libc.so.6)
      Main 7/7    1bd07d7 node::Buffer::New(v8::Isolate*) (/opt/node/bin/node)
   V8Worker 7/8 ffffffff810a1b2c pvm_irq_enable ([kernel.kallsyms])
`;

test("a Node process's time by the kind of code: the kernel's and V8's own is told", () => {
  assert.deepEqual(countCodeKinds(KINDS), {
    "compiled JavaScript": 2,
    "V8's built-ins and interpreter": 1,
    "garbage collection": 1,
    "other native code": 2,
    kernel: 1,
  });
});

const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: { functionName: "(root)", url: "", lineNumber: -1 }, children: [2, 4, 5] },
    {
      id: 2,
      callFrame: { functionName: "run", url: "file:///a/b/run.js", lineNumber: 9 },
      children: [3],
    },
    { id: 3, callFrame: { functionName: "", url: "file:///a/b/book.js", lineNumber: 4 } },
    { id: 4, callFrame: { functionName: "(idle)", url: "", lineNumber: -1 } },
    { id: 5, callFrame: { functionName: "(garbage collector)", url: "", lineNumber: -1 } },
  ],
  startTime: 0,
  endTime: 1000,
  samples: [3, 2, 4, 5],
  timeDeltas: [0, 400, 100, 300],
};

test("a V8 profile is weighted by time, and idling is no work", () => {
  const { stacks, samples, named } = foldCpuProfile(PROFILE);
  assert.equal(
    stacks.text(),
    "(garbage collector)_[g] 200\n" +
      "run b/run.js:10_[j] 100\n" +
      "run b/run.js:10_[j];(anonymous) b/book.js:5_[j] 400\n",
  );
  assert.deepEqual([samples, named], [3, 3]);
  assert.equal(kindOf("(garbage collector)_[g]"), "gc");
});

test("folded text is read as it is written, and adds up", () => {
  const stacks = FoldedStacks.parse("a;b 3\na;c 1\na;b 2\n");
  assert.equal(stacks.text(), "a;b 5\na;c 1\n");
  assert.equal(stacks.total, 6);
});

test("hotspots say their own and their inclusive share, with an interval", () => {
  const stacks = FoldedStacks.parse("main;match;fill 60\nmain;match 20\nmain;read 20\n");
  const [fill, match] = hotspotsOf(stacks, 100, 2);
  assert.equal(fill.name, "fill");
  assert.equal(fill.self.value, 0.6);
  assert.ok(fill.self.low < 0.6 && fill.self.low > 0.5 && fill.self.high < 0.7);
  assert.equal(match.inclusive.value, 0.8);
  assert.equal(speedUp(0.6, Number.POSITIVE_INFINITY), 2.5);
  assert.equal(speedUp(0.5, 2), 1 / 0.75);
});

test("a flame graph is the same bytes for the same stacks and escapes what names may hold", () => {
  const stacks = FoldedStacks.parse("main;operator<<(int) 5\nmain;x & y_[k] 5\n");
  const options = { title: "a < b", unit: "samples" };
  const svg = flameGraphSvg(stacks, options);
  assert.equal(flameGraphSvg(stacks, options), svg);
  assert.match(svg, /<title>operator&lt;&lt;\(int\) \(5 samples, 50.00 %\)<\/title>/);
  assert.match(svg, /class="f k"><title>x &amp; y/);
});

/** Of a hundred nanoseconds a tenth of one is chance where there are a million samples. */
function differenceOfTexts(before: string, after: string, samples = 1e6): Difference {
  return {
    before: FoldedStacks.parse(before),
    after: FoldedStacks.parse(after),
    samplesBefore: samples,
    samplesAfter: samples,
    unit: "ns an order",
  };
}

test("a differential flame graph is as wide as after and red where a function itself grew", () => {
  const before = "play;match 40\nplay;read 40\nplay;old 10\nplay 10\n";
  const after = "play;match 60\nplay;match;fill 10\nplay;read 20\nplay 10\n";
  const svg = differentialGraphSvg("planted", differenceOfTexts(before, after));
  // Of 100 ns after 70 are under match: 0.7 of 1180 points; read has lost what match has gained.
  assert.match(svg, /match \(after 70.0 ns an order, 70.00 %; before 40.0, 40.00 %; \+30.0, by/);
  assert.match(svg, /more"><title>match .*self \+20.0\).* width="826.0" .*fill-opacity="1.00"/);
  assert.match(
    svg,
    /more"><title>fill \(after 10.0 .*? before 0.0, 0.00 %; \+10.0.*?opacity="0.60"/,
  );
  assert.match(svg, /less"><title>read .*? -20.0, by itself -20.0\).*?fill-opacity="1.00"/);
  assert.match(svg, /same"><title>play .* by itself \+0.0\)/);
  assert.match(svg, />only before: old, 10.0 ns an order, 10.00 %</);
  assert.equal(differentialGraphSvg("planted", differenceOfTexts(before, after)), svg);
});

test("a difference that so few samples show by chance has no color", () => {
  const [before, after] = ["play;match 40\nplay 60\n", "play;match 50\nplay 60\n"];
  const of = (samples: number) =>
    differentialGraphSvg("x", differenceOfTexts(before, after, samples));
  // Shares of 0.40 and 0.45 of n samples: deviations 0.49 and 0.50 over root n, together 7.4 ns at
  // 100 samples (two of them 14.7), 0.74 ns at 10,000.
  assert.match(of(100), /same"><title>match/);
  assert.match(of(10_000), /more"><title>match/);
});

test("frames of two builds are one name, whatever their lines and offsets", () => {
  const stacks = FoldedStacks.parse(
    "run b/run.js:10_[j];match a/books.js:96_[j] 3\n" +
      "run b/run.js:12_[j];match a/books.js:99_[j] 2\n" +
      "server;server+0x4d10 1\nstd::map<int>::find 1\nnode:fs:12_[j] 1\n",
  );
  assert.equal(
    matchedStacks(stacks, 2).text(),
    "node:fs_[j] 2\nrun b/run.js_[j];match a/books.js_[j] 10\n" +
      "server;server 2\nstd::map<int>::find 2\n",
  );
  assert.equal(
    matchedFrame("v8::internal::Heap::Scavenge_[g]"),
    "v8::internal::Heap::Scavenge_[g]",
  );
});

test("long C++ names lose their template arguments first", () => {
  const name = "std::map<int, std::list<Order>>::find(int const&)";
  assert.equal(shortenName(name, 60), name);
  assert.equal(shortenName(name, 20), "std::map::find");
  assert.equal(shortenName("averyveryverylongname", 10), "averyver..");
  assert.equal(shortenName("(garbage collector)", 12), "(garbage c..");
});

test("a speedscope file has each frame once", () => {
  const file = JSON.parse(speedscopeJson(FoldedStacks.parse("a;b 3\na 1\n"), "x", "none"));
  assert.deepEqual(file.shared.frames, [{ name: "a" }, { name: "b" }]);
  assert.deepEqual(file.profiles[0].samples, [[0], [0, 1]]);
  assert.deepEqual(file.profiles[0].weights, [1, 3]);
});

test("a pprof profile has the stacks from the leaf, with their weights", () => {
  const stacks = FoldedStacks.parse("main;match 3\nmain;match;find_[j] 2\n");
  const profile = Profile.decode(gunzipSync(pprofProfile(stacks, "count")));
  const nameOf = (id: number | bigint) => {
    const found = profile.function.find((each) => each.id === id);
    return profile.stringTable.strings[Number(found?.name)];
  };
  const lines = profile.sample.map(({ locationId, value }) => [
    ...locationId.map(nameOf),
    ...value,
  ]);
  assert.deepEqual(lines, [
    ["match", "main", 3],
    ["find", "match", "main", 2],
  ]);
});
