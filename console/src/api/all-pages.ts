// The whole of a list that comes page by page; for lists that people make by hand, which are short.
import type { CursorPage } from './cursor-list.svelte';
import type { Outcome } from './outcome';

export async function allPages<T>(
  ask: (cursor?: string) => Promise<Outcome<CursorPage<T>>>,
): Promise<Outcome<T[]>> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (;;) {
    const answer = await ask(cursor);
    if (!answer.ok) return answer;
    all.push(...answer.data.items);
    if (!answer.data.next) return { ...answer, data: all };
    cursor = answer.data.next;
  }
}
