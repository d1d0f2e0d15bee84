// The part of an address behind the question mark, with some of it changed.
export function queryWith(
  query: URLSearchParams,
  change: Readonly<Record<string, string | null | undefined>>,
): string {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change))
    if (value === null || value === undefined) changed.delete(name);
    else changed.set(name, value);
  // Commas mean themselves there, and are easier to read.
  const text = changed.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}
