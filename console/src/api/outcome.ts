// What became of a request: what was asked for, or a problem; never an exception.
import type { components } from './schema';

export type WrongValue = components['schemas']['WrongValue'];

export interface Problem {
  /** The API's code, or one of ours: `network`, `aborted`, `unreadable`. */
  code: string;
  status: number;
  title: string;
  detail: string;
  errors?: WrongValue[] | null;
  /** Seconds after which it may be tried again. */
  retryAfter?: number;
  [member: string]: unknown;
}

export type Outcome<T> =
  { ok: true; data: T; etag: string | null } | { ok: false; problem: Problem };

/** Makes an outcome of what openapi-fetch answers. */
export async function outcome<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Outcome<T>> {
  try {
    const { data, error, response } = await asked;
    if (response.ok) return { ok: true, data: data as T, etag: response.headers.get('etag') };
    return { ok: false, problem: problemOf(error, response) };
  } catch (thrown) {
    return { ok: false, problem: thrownProblem(thrown) };
  }
}

export function problemOf(body: unknown, response: Response): Problem {
  const said = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const retryAfter = Number(response.headers.get('retry-after')) || undefined;
  return {
    ...said,
    code: said.code ?? 'unreadable',
    title: said.title ?? '',
    detail: said.detail ?? '',
    status: response.status,
    retryAfter,
  };
}

export function thrownProblem(thrown: unknown): Problem {
  const aborted = thrown instanceof DOMException && thrown.name === 'AbortError';
  return { code: aborted ? 'aborted' : 'network', status: 0, title: '', detail: '' };
}
