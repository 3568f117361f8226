// What a tab keeps over its reloads, and what a new one begins with: two tabs may be two accounts.

/** What this tab was told last, else what any tab was; "" when nothing. */
export function remembered(name: string): string {
  return sessionStorage.getItem(name) ?? localStorage.getItem(name) ?? "";
}

/** "" forgets. */
export function remember(name: string, text: string): void {
  sessionStorage.setItem(name, text);
  if (text === "") localStorage.removeItem(name);
  else localStorage.setItem(name, text);
}
