// The hashes of the public matching benchmark's reports at seed 23, on which 160 engines agree
// (../shared/data/consensus/README.md), by the name of the flow's file.

const PUBLISHED: Readonly<Record<string, string>> = {
  "flash-crash.s23.flow.gz": "cff8d3f94b709fc64a8b2058a6ca4fb6920364904796e46906895e362d2bb16b",
  "normal.s23.flow.gz": "e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e",
  "static.s23.flow.gz": "9803843ee404fc29c9a0aa5614f8f0d5a58b5c44fcac9ef89067886fcaaa30d1",
  "swing-25.s23.flow.gz": "61a84be9469661bd039e00dbc9a7c011e70b6ace37aadfe60045ea083b05f4df",
  "swing-40.s23.flow.gz": "3cb0175e7982ff09ea220d1feaee3844cf9116a5ce455757879dea1d880b9b9f",
};

/** Throws when the file is one of the benchmark's and the hash is not; says whether it is one. */
export function checkPublished(fileName: string, sha256: string): boolean {
  const expected = PUBLISHED[fileName];
  if (expected === undefined) return false;
  if (sha256 !== expected) {
    throw new Error(`${fileName}: expected reports with the hash ${expected}, found ${sha256}`);
  }
  return true;
}
