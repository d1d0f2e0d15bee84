// Sends files as one import, and tells how far it is; a page that is left gives it up.
import { problemOf, type Outcome } from '../../api/outcome';
import { session } from '../../app/session.svelte';
import type { Import } from './import';

/** The files of imports that were begun in this tab: after a dry run they are sent again. */
export const kept = new Map<string, File[]>();

export async function upload(
  db: string,
  files: File[],
  onprogress: (share: number) => void,
): Promise<Outcome<Import>> {
  for (;;) {
    const answer = await once(db, files, onprogress);
    if (answer.ok) kept.set(answer.data.id, files);
    if (answer.ok || answer.problem.status !== 401) return answer;
    await session.renewed();
  }
}

// Not by fetch: only this says how much has been sent.
function once(
  db: string,
  files: File[],
  onprogress: (share: number) => void,
): Promise<Outcome<Import>> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    for (const file of files) form.append('file', file);
    const name = files
      .map((file) => file.name)
      .join(', ')
      .slice(0, 200);
    request.open('POST', `/v1/databases/${db}/imports?name=${encodeURIComponent(name)}`);
    request.upload.onprogress = (event) =>
      onprogress(event.lengthComputable ? event.loaded / event.total : 0);
    const lost = () =>
      done({ ok: false, problem: { code: 'network', status: 0, title: '', detail: '' } });
    request.onerror = lost;
    request.onabort = lost;
    request.onload = () => {
      let body: unknown;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = null;
      }
      if (request.status >= 200 && request.status < 300)
        done({ ok: true, data: body as Import, etag: null });
      else
        done({
          ok: false,
          problem: problemOf(body, new Response(null, { status: request.status || 500 })),
        });
    };
    request.send(form);
  });
}
