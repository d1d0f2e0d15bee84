// What was typed to be tried, as the API takes it.
/** JSON where it is that; any other text is a body as it is sent. */
export function payloadOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** `Name: value`, one a line. */
export function headersOf(text: string): Record<string, string> {
  const pairs = text
    .split('\n')
    .map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => [match[1]!, match[2]!]);
  return Object.fromEntries(pairs) as Record<string, string>;
}
