// When a schedule runs: the plain ways that are offered, the cron expressions that say the same, and
// the next runs of what isn't saved yet.
export interface Plan {
  cron?: string | null;
  time_zone?: string | null;
  every_minutes?: number | null;
  every_hours?: number | null;
}
export type Kind = 'daily' | 'weekly' | 'monthly' | 'hours' | 'minutes' | 'cron';
export const kinds: Kind[] = ['daily', 'weekly', 'monthly', 'hours', 'minutes', 'cron'];

/** What the picker shows of a plan. */
export interface Choice {
  kind: Kind;
  /** `06:30`. */
  time: string;
  /** Days of the week, Monday is 1 and Sunday 0. */
  days: number[];
  /** The day of the month. */
  day: number;
  every: number;
  cron: string;
  zone: string;
}

const pad = (value: number) => String(value).padStart(2, '0');

export function choiceOf(plan: Plan, zone: string): Choice {
  const usual: Choice = {
    kind: 'daily',
    time: '06:00',
    days: [1],
    day: 1,
    every: 1,
    cron: plan.cron ?? '0 6 * * *',
    zone: plan.time_zone || zone,
  };
  if (plan.every_minutes) return { ...usual, kind: 'minutes', every: plan.every_minutes };
  if (plan.every_hours) return { ...usual, kind: 'hours', every: plan.every_hours };
  const plain = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|[0-7](?:[,-][0-7])*)$/.exec(usual.cron);
  if (!plain) return { ...usual, kind: 'cron' };
  const [, minute, hour, day, weekday] = plain as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  const time = `${pad(Number(hour))}:${pad(Number(minute))}`;
  if (day !== '*' && weekday !== '*') return { ...usual, kind: 'cron' };
  if (day !== '*') return { ...usual, kind: 'monthly', time, day: Number(day) };
  if (weekday === '*') return { ...usual, kind: 'daily', time };
  const days = numbersOf(weekday, 0, 7);
  if (!days) return { ...usual, kind: 'cron' };
  return { ...usual, kind: 'weekly', time, days: [...new Set(days.map((one) => one % 7))] };
}

export function planOf(choice: Choice): Plan {
  if (choice.kind === 'minutes') return { every_minutes: choice.every };
  if (choice.kind === 'hours') return { every_hours: choice.every };
  return { cron: cronOf(choice), time_zone: choice.zone };
}

function cronOf(choice: Choice): string {
  const [hour, minute] = choice.time.split(':').map(Number) as [number, number];
  const at = `${minute || 0} ${hour || 0}`;
  if (choice.kind === 'daily') return `${at} * * *`;
  if (choice.kind === 'monthly') return `${at} ${choice.day} * *`;
  if (choice.kind === 'weekly') return `${at} * * ${[...choice.days].sort().join(',') || '*'}`;
  return choice.cron.trim();
}

/** The numbers that a part of an expression names; null where it is none that we read. */
function numbersOf(part: string, from: number, to: number): number[] | null {
  const all: number[] = [];
  for (const piece of part.split(',')) {
    const read = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(piece);
    if (!read) return null;
    const step = Number(read[3] ?? 1);
    const first = read[1] === '*' ? from : Number(read[1]);
    const last = read[2] ? Number(read[2]) : read[1] === '*' || read[3] ? to : first;
    if (!step || first < from || last > to || first > last) return null;
    for (let value = first; value <= last; value += step) all.push(value);
  }
  return all;
}

/** What the clock of a zone is ahead of UTC at an instant, in milliseconds. */
function ahead(zone: string, instant: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return (
    Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) -
    Math.floor(instant / 1000) * 1000
  );
}

/** The instant at which the clock of a zone shows a time; right after the gap where it skips it. */
function instantOf(wall: number, zone: string): number {
  const guess = wall - ahead(zone, wall);
  const again = wall - ahead(zone, guess);
  return guess === again ? guess : Math.max(guess, again);
}

/** The next runs; null where we can't read the expression, and the server says them once it is saved. */
export function nextRuns(plan: Plan, zone: string, now: number, count = 5): Date[] | null {
  const minutes = plan.every_minutes ?? (plan.every_hours ?? 0) * 60;
  if (minutes > 0) {
    const step = minutes * 60_000;
    const first = (Math.floor(now / step) + 1) * step;
    return Array.from({ length: count }, (_, index) => new Date(first + index * step));
  }
  const parts = (plan.cron ?? '').trim().split(/\s+/);
  if (parts.length !== 5) return null;
  const bounds = [
    [0, 59],
    [0, 23],
    [1, 31],
    [1, 12],
    [0, 7],
  ] as const;
  const sets = parts.map((part, index) => numbersOf(part, bounds[index]![0], bounds[index]![1]));
  if (sets.some((set) => !set)) return null;
  const [minute, hour, day, month, weekday] = sets as number[][] as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const weekdays = new Set(weekday.map((one) => one % 7));
  const anyDay = parts[2] === '*';
  const anyWeekday = parts[4] === '*';
  try {
    const found: Date[] = [];
    const begin = new Date(now + ahead(plan.time_zone || zone, now));
    const at = Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth(), begin.getUTCDate());
    for (let offset = 0; offset < 366 * 5 && found.length < count; offset += 1) {
      const date = new Date(at + offset * 86_400_000);
      const onDay = day.includes(date.getUTCDate());
      const onWeekday = weekdays.has(date.getUTCDay());
      // With both, either is enough, as cron has it.
      const right = anyDay ? onWeekday : anyWeekday ? onDay : onDay || onWeekday;
      if (!right || !month.includes(date.getUTCMonth() + 1)) continue;
      for (const h of hour)
        for (const m of minute) {
          const run = instantOf(date.getTime() + (h * 60 + m) * 60_000, plan.time_zone || zone);
          if (run > now && found.length < count && run !== found.at(-1)?.getTime())
            found.push(new Date(run));
        }
    }
    return found;
  } catch {
    // No such zone.
    return null;
  }
}
