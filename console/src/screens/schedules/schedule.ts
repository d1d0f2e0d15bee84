// A schedule and its runs as the screens read them. The document has the plan, source and settings of
// an answer as objects without members.
import type { components } from '../../api/schema';
import type { Plan } from './plan';

export type Auth = components['schemas']['ScheduleAuth'];
export type Run = components['schemas']['ScheduleRun'];
export type Schedule = Omit<components['schemas']['Schedule'], 'plan' | 'source' | 'settings'> & {
  plan: Plan;
  source: { url: string; headers: Record<string, string>; auth: Auth | null; secret_set: boolean };
  settings: Record<string, unknown>;
};

export interface Source {
  url: string;
  headers: { name: string; value: string }[];
  /** `none`, or how the secret is sent. */
  auth: 'none' | Auth['type'];
  /** Who logs in, or the header's name. */
  who: string;
  /** What is typed; empty leaves the one that is there. */
  secret: string;
}
export interface ScheduleSettings {
  name: string;
  plan: Plan;
  source: Source;
  skip_unchanged: boolean;
  settings: Record<string, unknown>;
}

/** What stands in the place of a value that is never shown. */
export const HIDDEN = '***';

export function settingsOf(schedule: Schedule): ScheduleSettings {
  const { name, plan, skip_unchanged, settings, source } = schedule;
  const auth = source.auth;
  return {
    name,
    plan,
    skip_unchanged,
    settings,
    source: {
      url: source.url,
      headers: Object.entries(source.headers ?? {}).map(([name, value]) => ({ name, value })),
      auth: auth?.type ?? 'none',
      who: auth?.type === 'basic' ? auth.user : auth?.type === 'header' ? auth.name : '',
      secret: '',
    },
  };
}

export function fresh(zone: string): ScheduleSettings {
  return {
    name: '',
    plan: { cron: '0 6 * * *', time_zone: zone },
    source: { url: '', headers: [], auth: 'none', who: '', secret: '' },
    skip_unchanged: true,
    settings: {},
  };
}

function authOf(source: Source): Auth | null {
  if (source.auth === 'none') return null;
  if (source.auth === 'basic') return { type: 'basic', user: source.who };
  return source.auth === 'header' ? { type: 'header', name: source.who } : { type: 'bearer' };
}

/** The source as the API takes it. Headers that are gone are said to be gone, and a secret that
nobody typed stays as it is. */
export function sourceOf(source: Source, before?: Source) {
  const headers: Record<string, string | null> = {};
  for (const { name } of before?.headers ?? []) headers[name] = null;
  for (const { name, value } of source.headers) if (name.trim()) headers[name.trim()] = value;
  const auth = authOf(source);
  return {
    url: source.url.trim(),
    headers,
    auth,
    ...(source.secret
      ? { secret: source.secret }
      : auth || !before || before.auth === 'none'
        ? {}
        : { secret: null }),
  };
}

export const active = (run: Run) => ['waiting', 'fetching', 'importing'].includes(run.state);
