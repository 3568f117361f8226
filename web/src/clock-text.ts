// Times as a trader reads them: local, to the millisecond where order matters.

/** "14:03:59.120" */
export function timeText(timeMicros: number): string {
  const date = new Date(timeMicros / 1000);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits);
  return `${parts.join(":")}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** "14:03", and "Mon 23" where a day begins. */
export function axisText(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (date.getHours() === 0 && date.getMinutes() === 0) {
    return date.toLocaleDateString("en-US", { weekday: "short", day: "numeric" });
  }
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
