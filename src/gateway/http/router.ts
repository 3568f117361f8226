// hot path
// From method and path to a route: a tree of path segments, a {placeholder} only where no literal
// segment fits. No pattern is tried, so the cost is the length of the path.

import { assert } from "../../base/assert.ts";
import type { Method, Route } from "./route.ts";

type Node = {
  readonly literals: Map<string, Node>;
  placeholder: Node | undefined;
  readonly routes: Map<string, Route>;
};

export type Match = {
  readonly route: Route;
  readonly pathValues: readonly string[];
};

const NO_VALUES: readonly string[] = [];

export class Router {
  readonly #root: Node = newNode();
  /** Paths without placeholders, found whole: the hot ones. */
  readonly #whole = new Map<string, Node>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const node = this.#nodeFor(route.path);
      assert(!node.routes.has(route.method), "a method and a path name one route");
      node.routes.set(route.method, route);
      if (!route.path.includes("{")) this.#whole.set(route.path, node);
    }
  }

  /**
   * The route; else the methods that the path does have (none: there is no such path). A value that
   * is not percent-encoded text matches nothing. HEAD is GET.
   */
  find(method: string, path: string): Match | readonly Method[] {
    const wanted = method === "HEAD" ? "GET" : method;
    const whole = this.#whole.get(path);
    if (whole !== undefined) return matchOf(whole, wanted, NO_VALUES);
    const pathValues: string[] = [];
    let node: Node | undefined = this.#root;
    for (const segment of path.split("/").slice(1)) {
      const next: Node | undefined = node.literals.get(segment);
      if (next === undefined) {
        const value = decoded(segment);
        if (node.placeholder === undefined || value === "") return [];
        pathValues.push(value);
      }
      node = next ?? node.placeholder;
      if (node === undefined) return [];
    }
    return matchOf(node, wanted, pathValues);
  }

  #nodeFor(path: string): Node {
    let node = this.#root;
    for (const segment of path.split("/").slice(1)) {
      if (segment.startsWith("{")) {
        node.placeholder ??= newNode();
        node = node.placeholder;
        continue;
      }
      const next = node.literals.get(segment) ?? newNode();
      node.literals.set(segment, next);
      node = next;
    }
    return node;
  }
}

function newNode(): Node {
  return { literals: new Map(), placeholder: undefined, routes: new Map() };
}

function matchOf(
  node: Node,
  method: string,
  pathValues: readonly string[],
): Match | readonly Method[] {
  const route = node.routes.get(method);
  return route === undefined ? ([...node.routes.keys()] as Method[]) : { route, pathValues };
}

/** The text of a path segment; "" when it is not percent-encoded UTF-8. */
function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
