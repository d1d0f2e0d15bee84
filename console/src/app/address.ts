// An address with other values in its query; what is empty goes.
export function addressWith(
  path: string,
  query: URLSearchParams,
  change: Record<string, string | null>,
): string {
  const values = { ...Object.fromEntries(query), ...change };
  const text = Object.entries(values)
    .filter((pair): pair is [string, string] => Boolean(pair[1]))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return text ? `${path}?${text}` : path;
}
