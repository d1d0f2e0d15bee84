// What the screens that people open most ask for first: by the route's name, and word for word as the
// screen asks it. The journey `fast` holds that nothing is asked for twice.
import { questionOf, requestOf } from '../screens/search/question';

type First = (params: Record<string, string>, query: URLSearchParams) => string[];

const databases = '/v1/databases?limit=100';
const first: Record<string, First> = {
  home: () => [databases, '/v1/overview?days=90'],
  search: (_, query) => {
    const question = questionOf(query);
    return question.q.trim() ? [`/v1/search?${requestOf(question)}`] : [];
  },
  database: ({ db }) => [databases, `/v1/databases/${db}/views?limit=100`],
  import: ({ db, id }) => [`/v1/databases/${db}/imports/${id}`, databases],
  person: ({ db, id }, query) => {
    const person = `/v1/databases/${db}/profiles/${id}`;
    const at = query.get('at');
    return [
      at ? `${person}?at=${encodeURIComponent(at)}` : person,
      `/v1/databases/${db}/fields`,
      `/v1/databases/${db}/views?limit=1000`,
      `${person}/history?limit=15`,
      `${person}/history?kind=profile.created&limit=5`,
    ];
  },
};

export const firstOf = (route: string, params: Record<string, string>): string[] =>
  first[route]?.(params, new URLSearchParams(location.search)) ?? [];
