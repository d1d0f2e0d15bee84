// The home page's numbers, as `GET /v1/overview` gives them: all at once, from counters. The API's
// document doesn't have the route yet, so its shape stands here.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';

export interface PeopleDay {
  day: string;
  new: number;
  lost: number;
}
export interface MessageDay {
  day: string;
  sent: number;
  bounced: number;
}
export interface CountedDatabase {
  id: string;
  name: string;
  profiles: { total: number; by_status: Record<string, number> };
  days: PeopleDay[];
  control_group?: number | null;
}
export interface CountedResource {
  id: string;
  name: string;
  channels: { channel: string; by_status: Record<string, number> }[];
}
export interface Job {
  kind: string;
  database_id: string;
  id: string;
  name: string;
  state: string;
  done: number;
  total: number | null;
}
export interface Trouble {
  kind: string;
  database_id?: string | null;
  id?: string | null;
  name: string;
  count: number;
  at?: string | null;
}
export interface Overview {
  databases: CountedDatabase[];
  resources: CountedResource[];
  messages: { days: MessageDay[] };
  jobs: Job[];
  attention: Trouble[];
}

export function readOverview(): Promise<Outcome<Overview>> {
  return outcome(
    api.GET('/v1/overview' as '/v1/databases', {}) as Promise<{
      data?: Overview;
      error?: unknown;
      response: Response;
    }>,
  );
}
