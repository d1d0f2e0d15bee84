// The home page's numbers, as `GET /v1/overview` gives them: all at once, from counters. The API's
// document doesn't have the route yet, so its shape stands here.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';
import { overviewOf, type Glance } from './glance';

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
  /** Of all databases together, where each alone isn't counted. */
  days?: PeopleDay[];
  resources: CountedResource[];
  messages: { days: MessageDay[] };
  jobs: Job[];
  attention: Trouble[];
}

export async function readOverview(): Promise<Outcome<Overview>> {
  const answer = await outcome(
    api.GET('/v1/overview' as '/v1/databases', {}) as Promise<{
      data?: Overview | Glance;
      error?: unknown;
      response: Response;
    }>,
  );
  if (!answer.ok) return answer;
  const seen = answer.data;
  return { ...answer, data: 'attention' in seen ? seen : overviewOf(seen) };
}
