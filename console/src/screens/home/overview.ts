// The home page's numbers, as `GET /v1/overview` gives them: all at once, from counters.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';
import type { components } from '../../api/schema';
import { DAYS } from './days';

type Schemas = components['schemas'];
// The API's document doesn't say of these objects that they hold numbers.
export type Counts = Record<string, number>;
export type Day = Omit<Schemas['Day'], 'events'> & { events: Counts };
export type CountedDatabase = Omit<Schemas['DatabaseGlance'], 'statuses'> & { statuses: Counts };
export type CountedResource = Omit<Schemas['ResourceGlance'], 'channels'> & {
  channels: Record<string, Counts>;
};
export type Job = Schemas['JobAtWork'];
export type Overview = Omit<Schemas['Overview'], 'days' | 'databases' | 'resources'> & {
  days: Day[];
  databases: CountedDatabase[];
  resources: CountedResource[];
};

/** With `database` the days are of that one alone. */
export function readOverview(database?: string): Promise<Outcome<Overview>> {
  return outcome<Overview>(
    api.GET('/v1/overview', {
      params: { query: { days: DAYS, ...(database ? { database } : {}) } },
    }),
  );
}
