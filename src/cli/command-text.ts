// A command line as it may be typed again: what a shell would take apart stands in quotes, and a
// key stands nowhere, as reports are shown to others.

const PLAIN = /^[\w@%+=:,./-]+$/;
const KEY_LEFT_OUT = "'...'";

/** `args`: what follows `outcry`. */
export function commandText(args: readonly string[]): string {
  const words = args.map((word, i) => {
    if (args[i - 1] === "--key") return KEY_LEFT_OUT;
    return word.startsWith("--key=") ? `--key=${KEY_LEFT_OUT}` : wordText(word);
  });
  return ["outcry", ...words].join(" ");
}

function wordText(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
