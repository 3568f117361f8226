// hot path
// UTCTimestamp, "20261127-21:34:46.123", and microseconds since the Unix epoch. The calendar is
// arithmetic (days from civil, after Howard Hinnant): a pure room has no Date.

const MICROS_A_SECOND = 1_000_000;
const SECONDS_A_DAY = 86_400;
const DAYS_A_CYCLE = 146_097; // 400 years.
/** From 0000-03-01 to 1970-01-01. */
const DAYS_BEFORE_EPOCH = 719_468;
const MICROS_DIGITS = 6;
/** 9999-12-31, 23:59:59.999: a later time has a year of five digits, which FIX cannot say. */
const TIME_MICROS_MAX = 253_402_300_800 * MICROS_A_SECOND - 1000;

const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)-(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;
const DATE = /^(\d{4})(\d\d)(\d\d)$/;

let lastDays = -1;
let lastDate = "";

export function fixTimeText(timeMicros: number): string {
  const seconds = Math.floor(timeMicros / MICROS_A_SECOND);
  const days = Math.floor(seconds / SECONDS_A_DAY);
  if (days !== lastDays) {
    lastDays = days;
    lastDate = dateText(days);
  }
  const ofDay = seconds - days * SECONDS_A_DAY;
  const millis = Math.floor((timeMicros - seconds * MICROS_A_SECOND) / 1000);
  const hours = two(Math.floor(ofDay / 3600));
  const minutes = two(Math.floor(ofDay / 60) % 60);
  return `${lastDate}-${hours}:${minutes}:${two(ofDay % 60)}.${three(millis)}`;
}

/** NaN for a text that is no time. A leap second is the first of the next minute. */
export function fixTimeMicros(text: string): number {
  const match = TIMESTAMP.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hours, minutes, seconds, fraction = ""] = match;
  const days = daysOf(Number(year), Number(month), Number(day));
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return Number.NaN;
  const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const micros = Number(fraction.slice(0, MICROS_DIGITS).padEnd(MICROS_DIGITS, "0"));
  return Math.min((days * SECONDS_A_DAY + ofDay) * MICROS_A_SECOND + micros, TIME_MICROS_MAX);
}

/** The end of a day, "20261127", in UTC, or of what FIX can say; NaN for a text that is no date. */
export function fixDateEndMicros(text: string): number {
  const match = DATE.exec(text);
  if (match === null) return Number.NaN;
  const days = daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return Math.min((days + 1) * SECONDS_A_DAY * MICROS_A_SECOND, TIME_MICROS_MAX);
}

/** Days since 1970-01-01; NaN for a day that no month has. */
function daysOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  const marchYear = month > 2 ? year : year - 1;
  const cycle = Math.floor(marchYear / 400);
  const yearOfCycle = marchYear - cycle * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfCycle = daysBefore(yearOfCycle) + dayOfYear;
  const days = cycle * DAYS_A_CYCLE + dayOfCycle - DAYS_BEFORE_EPOCH;
  return dateText(days).endsWith(two(day)) ? days : Number.NaN;
}

function dateText(days: number): string {
  const sinceMarch = days + DAYS_BEFORE_EPOCH;
  const cycle = Math.floor(sinceMarch / DAYS_A_CYCLE);
  const dayOfCycle = sinceMarch - cycle * DAYS_A_CYCLE;
  const leaps =
    Math.floor(dayOfCycle / 1460) -
    Math.floor(dayOfCycle / 36_524) +
    Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leaps) / 365);
  const dayOfYear = dayOfCycle - daysBefore(yearOfCycle);
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}${two(month)}${two(day)}`;
}

/** Of the years of a cycle before this one. */
function daysBefore(yearOfCycle: number): number {
  return yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100);
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

function three(number: number): string {
  return number < 100 ? `0${two(number)}` : `${number}`;
}
