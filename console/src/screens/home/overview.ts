// The home page's numbers, as `GET /v1/overview` gives them: all at once, from counters.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';
import type { components } from '../../api/schema';
import { DAYS } from './days';

type Schemas = components['schemas'];
export type Day = Schemas['Day'];
export type CountedDatabase = Schemas['DatabaseGlance'];
export type CountedResource = Schemas['ResourceGlance'];
export type Job = Schemas['JobAtWork'];
export type Overview = Schemas['Overview'];

/** With `database` the days are of that one alone. */
export function readOverview(database?: string): Promise<Outcome<Overview>> {
  return outcome(
    api.GET('/v1/overview', {
      params: { query: { days: DAYS, ...(database ? { database } : {}) } },
    }),
  );
}
