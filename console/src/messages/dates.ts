// Days, times and numbers as the reader writes them.
import { spoken } from './index.svelte';

/** To make a format takes longer than to use it a hundred times, and a chart has sixty days. */
const formats = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day stays the day it is, wherever one looks from; an instant is shown by the reader's clock. */
export function day(value: string): string {
  const zone = DAY.test(value) ? { timeZone: 'UTC' } : {};
  return format(value, {
    day: 'numeric',
    month: spoken() === 'ru' ? 'long' : 'short',
    year: 'numeric',
    ...zone,
  });
}

export function moment(value: string): string {
  if (DAY.test(value)) return day(value);
  return format(value, { dateStyle: spoken() === 'ru' ? 'long' : 'medium', timeStyle: 'short' });
}

export function time(value: string): string {
  return format(value, { timeStyle: 'short' });
}

function format(value: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const language = spoken() === 'en' ? 'en-GB' : 'ru-RU';
  const key = language + JSON.stringify(options);
  let dates = formats.get(key);
  if (!dates) formats.set(key, (dates = new Intl.DateTimeFormat(language, options)));
  // “15 января 2027 г.” would end a sentence twice.
  return dates.format(date).replace(/\s?г\./, '');
}

export function number(value: number): string {
  const language = spoken();
  let format = numbers.get(language);
  if (!format) numbers.set(language, (format = new Intl.NumberFormat(language)));
  return format.format(value);
}
