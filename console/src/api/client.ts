// The one way to the API. A session that ended in mid-work is asked for again, and the request
// goes on where it stopped: who waits for it notices nothing.
import createClient from 'openapi-fetch';
import { session } from '../app/session.svelte';
import type { Session } from './contract';
import { takeEarly } from './early';
import { problemOf, thrownProblem, type Outcome } from './outcome';
import type { paths } from './schema';

async function patientFetch(request: Request): Promise<Response> {
  const early = request.method === 'GET' && (await takeEarly(pathOf(request)));
  if (early) return early;
  for (;;) {
    // A body can be read once, so each try sends a copy.
    const response = await fetch(request.clone());
    if (response.status === 403) void readScopes();
    if (response.status !== 401) return response;
    await session.renewed(request.signal);
  }
}

function pathOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}

let reading = false;
/** Somebody's role was changed while they worked: what is offered follows, and what is typed stays. */
async function readScopes() {
  if (reading) return;
  reading = true;
  const answer = await send<Session>('GET', '/v1/session');
  if (answer.ok) session.begin(answer.data);
  reading = false;
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: patientFetch });

/** For routes that the API's document does not have yet; a 401 is an answer like any other. */
export async function send<T>(method: string, path: string, body?: unknown): Promise<Outcome<T>> {
  try {
    const early = method === 'GET' && (await takeEarly(path));
    const response =
      early ||
      (await fetch(path, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }));
    const text = await response.text();
    const read: unknown = text ? JSON.parse(text) : undefined;
    if (!response.ok) return { ok: false, problem: problemOf(read, response) };
    return { ok: true, data: read as T, etag: response.headers.get('etag') };
  } catch (thrown) {
    return { ok: false, problem: thrownProblem(thrown) };
  }
}
