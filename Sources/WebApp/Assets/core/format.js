// @ts-check
// Numbers, durations and times as people read them.
import { currentLocale, t } from './strings.js';

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  return value.toLocaleString(currentLocale(), options);
}

/** Whole percent that never says 0 for something or 100 for not all. @param {number} part @param {number} whole */
export function percent(part, whole) {
  if (!whole) return '0 %';
  const exact = (part / whole) * 100;
  const rounded = part > 0 && exact < 1 ? 1 : part < whole && exact > 99 ? 99 : Math.round(exact);
  return `${rounded} %`;
}

/** An estimate or a sum of work. @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds == null) return '–';
  if (seconds < 1) return t('{n} ms', { n: Math.round(seconds * 1000) });
  if (seconds < 60) return t('{n} s', { n: Math.round(seconds * 10) / 10 });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('{n} min', { n: minutes });
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? t('{n} h {minutes} min', { n: hours, minutes: minutes % 60 }) : t('{n} h', { n: hours });
}

/** The duration of one automated test. @param {number | null | undefined} seconds */
export function exactDuration(seconds) {
  if (seconds == null) return '–';
  if (seconds < 1) return t('{n} ms', { n: Math.round(seconds * 1000) });
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  return duration(seconds);
}

/** A running clock. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

/** Reads `3`, `3m`, `1h 30m`, `90s` as seconds; a bare number is minutes. @param {string} text @returns {number | null | undefined} undefined when unreadable */
export function readDuration(text) {
  const trimmed = text.trim().toLowerCase();
  if (!trimmed) return null;
  if (/^\d+([.,]\d+)?$/.test(trimmed)) return Math.round(Number(trimmed.replace(',', '.')) * 60);
  let seconds = 0;
  let rest = trimmed;
  for (let part; (part = /^(\d+)\s*(hours|hour|h|minutes|minute|min|m|seconds|second|sec|s)\s*/.exec(rest)); rest = rest.slice(part[0].length)) {
    seconds += Number(part[1]) * (part[2][0] === 'h' ? 3600 : part[2][0] === 'm' ? 60 : 1);
  }
  return rest ? undefined : seconds;
}

/** The other way, for a text field. @param {number | null | undefined} seconds */
export function writeDuration(seconds) {
  if (seconds == null) return '';
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']];
  return parts.filter(([value]) => value).map(([value, unit]) => `${value}${unit}`).join(' ');
}

/** @param {number | null | undefined} ms @param {Intl.DateTimeFormatOptions} [options] */
export function date(ms, options = { day: 'numeric', month: 'short', year: 'numeric' }) {
  return ms == null ? '–' : new Intl.DateTimeFormat(currentLocale(), options).format(ms);
}

/** @param {number | null | undefined} ms */
export function dateTime(ms) {
  return date(ms, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

/** A day `YYYY-MM-DD` without its year. @param {string} day */
export function shortDay(day) {
  return date(Date.parse(`${day}T12:00:00`), { day: 'numeric', month: 'short' });
}

/** How long ago, or in how long. @param {number | null | undefined} ms @param {number} [now] */
export function ago(ms, now = Date.now()) {
  if (ms == null) return t('never');
  const seconds = (ms - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return t('just now');
  const format = new Intl.RelativeTimeFormat(currentLocale(), { numeric: 'auto', style: 'short' });
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour');
  if (size < 86_400 * 14) return format.format(Math.round(seconds / 86_400), 'day');
  return date(ms);
}

/** @param {number} bytes */
export function fileSize(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${number(value, { maximumFractionDigits: value < 10 && unit ? 1 : 0 })} ${units[unit]}`;
}

/** Two letters for an avatar. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]].map((word) => [...word][0]) : [...(words[0] ?? '?')].slice(0, 1);
  return letters.join('').toUpperCase();
}
