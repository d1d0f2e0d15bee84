// Who entered and left a segment lately. The API lists entries and exits of the whole database, so
// its latest are looked through.
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import { titleOf } from '../person/name';

export interface Coming {
  key: string;
  came: boolean;
  at: string;
  person: string;
  name: string;
}
const SHOWN = 8;
const PAGE = 200;

export async function comings(db: string, id: string): Promise<Coming[]> {
  const [came, went] = await Promise.all([
    entries(db, id, 'segment.entered'),
    entries(db, id, 'segment.left'),
  ]);
  const latest = [...came, ...went].sort((a, b) => b.at.localeCompare(a.at)).slice(0, SHOWN);
  return Promise.all(latest.map(async (one) => ({ ...one, name: await nameOf(db, one.person) })));
}

async function entries(db: string, id: string, kind: 'segment.entered' | 'segment.left') {
  const answer = await outcome(
    api.GET('/v1/databases/{db}/profiles/history', {
      params: { path: { db }, query: { kind, limit: PAGE } },
    }),
  );
  if (!answer.ok) return [];
  return answer.data.items
    .filter(
      (entry) => entry.profile_id && entry.changes.some((one) => about(one) === `segments/${id}`),
    )
    .slice(0, SHOWN)
    .map((entry) => ({
      key: entry.id,
      came: kind === 'segment.entered',
      at: entry.at,
      person: entry.profile_id!,
      name: '',
    }));
}

const about = (change: unknown) =>
  typeof change === 'object' && change !== null && 'field' in change ? change.field : undefined;

async function nameOf(db: string, id: string): Promise<string> {
  const answer = await outcome(
    api.GET('/v1/databases/{db}/profiles/{id}', {
      params: { path: { db, id }, query: { fields: '_fname,_lname,email,phones' } },
    }),
  );
  return answer.ok ? titleOf(answer.data.data, '') : '';
}
