import assert from "node:assert/strict";
import { test } from "node:test";
import { leafHash, merklePath, merkleRoot, rootOfPath } from "./merkle.ts";

/** The leaves and roots of RFC 6962's reference tests (certificate-transparency, merkletree). */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"].map((hex) =>
  leafHash(Buffer.from(hex, "hex")),
);
const ROOTS: readonly [number, string][] = [
  [1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  [2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  [3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
  [4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
  [5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
  [6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
  [7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
];

test("roots are those of RFC 6962's reference tests", () => {
  for (const [count, root] of ROOTS) {
    assert.equal(Buffer.from(merkleRoot(LEAVES.slice(0, count))).toString("hex"), root);
  }
});

test("every leaf's path leads to the root, and no other leaf, place or path does", () => {
  for (let count = 1; count <= 40; count++) {
    const leaves = Array.from({ length: count }, (_, n) => leafHash(Buffer.from(`leaf ${n}`)));
    const root = Buffer.from(merkleRoot(leaves)).toString("hex");
    for (const [index, leaf] of leaves.entries()) {
      const path = merklePath(leaves, index);
      const found = (hash: Uint8Array, at = index, way = path) => {
        const reached = rootOfPath(hash, at, count, way);
        return reached === undefined ? "" : Buffer.from(reached).toString("hex");
      };
      assert.equal(found(leaf), root);
      assert.notEqual(found(leafHash(Buffer.from("another"))), root);
      if (count > 1) {
        assert.notEqual(found(leaf, (index + 1) % count), root);
        assert.notEqual(found(leaf, index, path.slice(1)), root);
      }
      assert.notEqual(found(leaf, index, [...path, leaf]), root);
    }
  }
});
