// What a file may import, by its room (rooms.ts). Type imports count: they are knowledge.

import path from "node:path/posix";
import type { Finding } from "./finding.ts";
import { isProof, ROOMS, type Room, roomOf } from "./rooms.ts";
import { importsOf, lineOf, type SourceText } from "./source-text.ts";

export function checkImports(file: string, text: string, source: SourceText): Finding[] {
  const complain = complaintsOf(file);
  return importsOf(text, source).flatMap(({ specifier, offset }) => {
    const message = complain(specifier);
    return message === "" ? [] : [{ file, line: lineOf(text, offset), message }];
  });
}

/** A judge of specifiers for this file: "" when the import is allowed. */
function complaintsOf(file: string): (specifier: string) => string {
  if (isProof(file)) return () => "";
  if (file.startsWith("web/src/")) return (specifier) => complainOfPage(file, specifier);
  if (!file.startsWith("src/")) return () => "";

  const name = roomOf(file);
  const room = Object.hasOwn(ROOMS, name) ? ROOMS[name] : undefined;
  if (room === undefined) {
    return () => `expected a room of src (${Object.keys(ROOMS).join(", ")}), found ${file}`;
  }
  return (specifier) => {
    if (specifier.startsWith(".")) return complainOfFile(file, name, room, specifier);
    if (specifier.startsWith("node:")) return complainOfBuiltin(name, room, specifier);
    return complainOfPackage(name, room, specifier);
  };
}

function complainOfFile(file: string, name: string, room: Room, specifier: string): string {
  const target = path.join(path.dirname(file), specifier);
  const targetRoom = roomOf(target);
  if (targetRoom === name || room.imports === "any") return "";
  if (room.imports.includes(targetRoom)) return "";
  const allowed = room.imports.length === 0 ? "nothing" : room.imports.join(", ");
  return `src/${name} may import ${allowed}; found ${target}`;
}

function complainOfBuiltin(name: string, room: Room, specifier: string): string {
  const builtin = specifier.slice("node:".length).split("/")[0];
  if (room.builtins === "any" || room.builtins.includes(builtin)) return "";
  return `src/${name} may touch ${listed(room.builtins, "node:")}; found ${specifier}`;
}

function complainOfPackage(name: string, room: Room, specifier: string): string {
  const parts = specifier.split("/");
  const packageName = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  if (room.packages === "any" || room.packages.includes(packageName)) return "";
  return `src/${name} may use ${listed(room.packages, "")}; found the package ${packageName}`;
}

/** The browser has no Node, and the page no business in the exchange's rooms. */
function complainOfPage(file: string, specifier: string): string {
  if (specifier.startsWith("node:")) return `the page has no Node; found ${specifier}`;
  if (!specifier.startsWith(".")) return "";
  const target = path.join(path.dirname(file), specifier);
  return target.startsWith("web/") ? "" : `the page may import web; found ${target}`;
}

function listed(names: readonly string[], prefix: string): string {
  return names.length === 0 ? "none" : names.map((name) => prefix + name).join(", ");
}
