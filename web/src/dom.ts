// Reaching into the page: the structure stands in index.html, the modules find their places by id.

/** The element with this id, of this class; anything else is a bug of the page. */
export function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html: expected #${id}, a ${type.name}`);
  return element;
}

/** Writes only what differs: most cells of a frame are as they were. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setClass(element: Element, className: string): void {
  if (element.className !== className) element.className = className;
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = "",
  text = "",
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  if (text !== "") element.textContent = text;
  return element;
}

/** A table row with one cell per class name. */
export function makeRow(cellClasses: readonly string[]): HTMLTableRowElement {
  const row = make("tr");
  for (const className of cellClasses) row.append(make("td", className));
  return row;
}

/** The chosen value of a group of radio buttons. */
export function radioValue(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? "");
}

/** Height of a row of ladder and tape: --row of the theme. */
export function rowPixels(): number {
  const text = getComputedStyle(document.documentElement).getPropertyValue("--row");
  return Number.parseFloat(text);
}
