// The failed rows of an import, as many as a screen can have: a report may have a million.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';
import { badRows, type BadRows } from './rows';

/** So many characters are read; what comes after is there in the file that can be downloaded. */
const MOST = 2_000_000;

export async function failedRows(
  db: string,
  id: string,
): Promise<Outcome<BadRows & { whole: boolean }>> {
  const answer = await outcome(
    api.GET('/v1/databases/{db}/imports/{id}/failed.csv', {
      params: { path: { db, id } },
      parseAs: 'stream',
    }) as Promise<{
      data?: ReadableStream<Uint8Array<ArrayBuffer>> | null;
      error?: unknown;
      response: Response;
    }>,
  );
  if (!answer.ok) return answer;
  try {
    const { text, whole } = await beginning(answer.data);
    const read = badRows(text);
    // The last row may be cut off in its middle.
    if (!whole) read.rows.pop();
    return { ok: true, data: { ...read, whole }, etag: null };
  } catch {
    return { ok: false, problem: { code: 'network', status: 0, title: '', detail: '' } };
  }
}

async function beginning(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
): Promise<{ text: string; whole: boolean }> {
  if (!stream) return { text: '', whole: true };
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text, whole: true };
    text += value;
    if (text.length > MOST) {
      await reader.cancel();
      return { text, whole: false };
    }
  }
}
