// Whether a database has people who may be there twice, looked for with few questions.
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';

/** So many pages of a database are looked at. */
const PAGES = 5;

/** Whether a database has a group of them. One that can't be asked has none. */
export async function hasAlike(db: string): Promise<boolean> {
  let cursor: string | null | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await outcome(
      api.POST('/v1/databases/{db}/profiles/duplicates', {
        params: { path: { db } },
        body: { by: ['email', 'phone'], limit: 1, ...(cursor ? { cursor } : {}) },
      }),
    );
    if (!answer.ok) return false;
    if (answer.data.items.length) return true;
    cursor = answer.data.next;
    if (!cursor) return false;
  }
  return false;
}
