// What the word at the end of a search may go on to be: a field's name, or a value of that field.
export interface Completable {
  name: string;
  title: string;
  values: string[];
}

export interface Completion {
  /** The whole search as it would be. */
  q: string;
  text: string;
  hint: string;
}

const LAST = /(?:^|\s)([^\s"]*)$/u;
const quoted = (value: string) => (/\s/u.test(value) ? `"${value}"` : value);

export function completions(q: string, fields: readonly Completable[], most = 4): Completion[] {
  const word = LAST.exec(q)?.[1] ?? '';
  const before = q.slice(0, q.length - word.length);
  const colon = word.indexOf(':');
  if (colon > 0) {
    const field = fields.find((one) => one.name === word.slice(0, colon));
    const begun = word.slice(colon + 1).toLowerCase();
    const values =
      field?.values.filter(
        (value) => value.toLowerCase().startsWith(begun) && value.toLowerCase() !== begun,
      ) ?? [];
    return values.slice(0, most).map((value) => ({
      q: `${before}${field!.name}:${quoted(value)} `,
      text: `${field!.name}:${value}`,
      hint: '',
    }));
  }
  if (word.length < 2 && word !== '_') return [];
  const begun = word.toLowerCase();
  const begins = (text: string) => text.toLowerCase().startsWith(begun);
  return fields
    .filter(
      (field) => begins(field.name) || begins(field.name.replace(/^_/, '')) || begins(field.title),
    )
    .slice(0, most)
    .map((field) => ({ q: `${before}${field.name}:`, text: `${field.name}:`, hint: field.title }));
}
