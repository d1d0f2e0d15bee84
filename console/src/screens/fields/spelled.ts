// How a value of a field stands in a list of examples.

const inOneLine = (text: string) => text.replace(/\r?\n/g, ' ↵ ');

/** Texts in one line, lists of texts with commas, everything else as JSON. */
export function spelled(value: unknown, none: string): string {
  if (value === null || value === undefined) return none;
  if (typeof value === 'string') return inOneLine(value);
  if (Array.isArray(value) && value.length && value.every((one) => typeof one === 'string'))
    return inOneLine(value.join(', '));
  return JSON.stringify(value);
}

/** Both sides of a change. A text that becomes something else, or came from it, stands in quotes:
`“7”` is a text, `7` a number. */
export function spelledChange(
  before: unknown,
  after: unknown,
  none: string,
  quoted: (text: string) => string,
): { before: string; after: string } {
  const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
  const differ = kindOf(before) !== kindOf(after);
  const one = (value: unknown) =>
    differ && typeof value === 'string' ? quoted(inOneLine(value)) : spelled(value, none);
  return { before: one(before), after: one(after) };
}
