// Bugs that the simulation must find: each is an edit of the sources and the faults under which it
// shows.

/** One text of the sources, which stands there once, and what stands there instead. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

export type Bug = {
  readonly name: string;
  /** The faults under which it shows. */
  readonly faults: string;
  /** 1 where left out; further on where the bug needs a rare moment. */
  readonly firstSeed?: number;
  readonly edits: readonly Edit[];
};

export const PLANTED_BUGS: readonly Bug[] = [
  {
    name: "a command is acknowledged before the disk has it",
    faults: "power lost",
    edits: [{ file: "src/log/file-log.ts", from: "    await segment.file.sync();\n", to: "" }],
  },
  {
    name: "the chain of checksums is not checked",
    faults: "block altered,process killed",
    edits: [
      {
        file: "src/log/log-reader.ts",
        from: 'this.#expect("a block that follows checksum", this.#lastChecksum, previous);',
        to: "",
      },
    ],
  },
  {
    name: "a snapshot forgets how many trades there were",
    faults: "process killed",
    edits: [
      {
        file: "src/engine/engine.ts",
        from: "ids.lastTradeId = snapshot.number();",
        to: "snapshot.number();",
      },
    ],
  },
  {
    name: "a sequence is used twice, and nothing inside minds",
    faults: "process killed",
    edits: [
      {
        file: "src/exchange/exchange.ts",
        from: "const sequence = engine.sequence + 1;",
        to: "const sequence = engine.sequence + (engine.sequence % 50 === 49 ? 0 : 1);",
      },
      {
        file: "src/log/file-log.ts",
        from: 'assert(sequence === this.#appendedSequence + 1, "sequences have no gap");',
        to: "",
      },
      {
        file: "src/engine/command-entry.ts",
        from: "    assert(sequence === numbers[SEQUENCE] + 1,",
        to: "    assert(sequence >= numbers[SEQUENCE],",
      },
    ],
  },
  {
    name: "a start trusts a sync after one that failed",
    faults: "failing disk,power lost",
    firstSeed: 400,
    edits: [
      { file: "src/log/recovery.ts", from: "    await writeLastAgain(file, end);\n", to: "" },
    ],
  },
  {
    name: "an OUCH client that comes again misses a report",
    faults: "connection reset",
    edits: [
      {
        file: "src/gateway/ouch/ouch-session.ts",
        from: "stream.cursorFrom(sequence)",
        to: "stream.cursorFrom(Math.min(sequence + 1, stream.nextSequence))",
      },
    ],
  },
  {
    name: "OUCH reports that are sent again over UDP begin one too late",
    faults: "datagrams lost",
    edits: [
      {
        file: "src/gateway/ouch/ouch-udp-session.ts",
        from: "this.#account.stream.cursorFrom(sequence)",
        to: "this.#account.stream.cursorFrom(sequence + 1)",
      },
    ],
  },
  {
    name: "a FIX session's numbers go on after a crash where its file ends",
    faults: "power lost,process killed",
    edits: [
      {
        file: "src/gateway/fix/fix-numbers.ts",
        from: "    this.nextOut = Math.max(this.nextOut, this.#reserved);\n",
        to: "",
      },
    ],
  },
  {
    name: "a FIX session forgets up to where it has told",
    faults: "connection reset,clean stop",
    firstSeed: 21,
    edits: [
      {
        file: "src/gateway/fix/fix-numbers.ts",
        from: "    if (isNumbers(upTo, 2)) this.upTo = { sequence: upTo[0], index: upTo[1] };\n",
        to: "",
      },
    ],
  },
  {
    name: "a retransmission begins one message late",
    faults: "datagrams lost",
    edits: [
      {
        file: "src/gateway/itch/mold-retransmitter.ts",
        from: "stream.cursorFrom(request.sequence)",
        to: "stream.cursorFrom(Math.min(request.sequence + 1, stream.nextSequence))",
      },
    ],
  },
  {
    name: "ITCH forgets what a cancel of many orders took off",
    faults: "datagrams late",
    edits: [
      {
        file: "src/feed/itch-feed.ts",
        from: "          if (isShown) this.#takeOff(words, at);",
        to: "          if (isShown && at === startWord) this.#takeOff(words, at);",
      },
    ],
  },
  {
    name: "an answer over REST does not wait for the disk",
    faults: "power lost",
    edits: [
      {
        file: "src/gateway/gateway-server.ts",
        from: "session = new CommandSession(venue, COMMANDS_PENDING_MAX);",
        to: "session = new CommandSession(venue, COMMANDS_PENDING_MAX, ACK_ACCEPTED);",
      },
    ],
  },
];
