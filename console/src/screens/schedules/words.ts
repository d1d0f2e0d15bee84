// A plan as a sentence, and where a schedule reads from in a word.
import { say, spoken } from '../../messages/index.svelte';
import { connectors } from '../../app/connectors.svelte';
import { choiceOf, type Plan } from './plan';
import type { Source } from './schedule';

/** The names of the days of the week, from Monday on, with their numbers as cron has them. */
export function weekdays(length: 'long' | 'short'): { value: number; label: string }[] {
  const format = new Intl.DateTimeFormat(spoken() === 'en' ? 'en-GB' : 'ru-RU', {
    weekday: length,
    timeZone: 'UTC',
  });
  return [1, 2, 3, 4, 5, 6, 0].map((value) => ({
    value,
    // 4 January 1970 was a Sunday.
    label: format.format(Date.UTC(1970, 0, 4 + value)),
  }));
}

export function planWords(plan: Plan, zone: string): string {
  const words = say().schedule;
  const choice = choiceOf(plan, zone);
  if (choice.kind === 'minutes') return words.everyMinutes(choice.every);
  if (choice.kind === 'hours') return words.everyHours(choice.every);
  const where = choice.zone.replaceAll('_', ' ');
  if (choice.kind === 'daily') return words.daily(choice.time, where);
  if (choice.kind === 'monthly') return words.monthly(choice.day, choice.time, where);
  if (choice.kind === 'weekly') {
    const days = weekdays('short')
      .filter((one) => choice.days.includes(one.value))
      .map((one) => one.label)
      .join(', ');
    return words.weekly(days, choice.time, where);
  }
  return words.byCron(choice.cron, where);
}

/** The host of a file, or the table of a connector. */
export function sourceWords({ kind, rows, url }: Source): string {
  if (kind === 'file') return URL.canParse(url) ? new URL(url).host : url;
  const what = rows.by === 'table' ? rows.table : say().schedule.aQuery;
  return `${connectors.name(rows.connector) ?? `№ ${rows.connector}`}: ${what}`;
}
