// Hears of a job from the server until it ends. A session that ended meanwhile is asked for again.
import type { Outcome } from '../../api/outcome';
import { readJob, type Job, type JobRoute } from './job';

export function follow(
  db: string,
  route: JobRoute,
  id: string,
  heard: (job: Job) => void,
): () => void {
  let events: EventSource | null = null;
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function listen() {
    events = new EventSource(`/v1/databases/${db}/${route}/${id}/events`);
    const read = (event: MessageEvent<string>) => heard(JSON.parse(event.data) as Job);
    events.addEventListener('progress', read);
    events.addEventListener('end', (event) => {
      events?.close();
      read(event);
    });
    // The browser comes back by itself but for an answer that is no stream: a plain request then
    // says why, and asks to sign in if that is it.
    events.addEventListener('error', () => {
      if (events?.readyState !== EventSource.CLOSED || over) return;
      void readJob(db, route, id).then((answer: Outcome<Job>) => {
        if (over) return;
        if (answer.ok) heard(answer.data);
        if (answer.ok || answer.problem.status === 0 || answer.problem.status >= 500)
          timer = setTimeout(listen, 2000);
      });
    });
  }
  listen();
  return () => {
    over = true;
    clearTimeout(timer);
    events?.close();
  };
}
