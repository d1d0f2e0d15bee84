// What stands in somebody's round picture.
const segmenter = new Intl.Segmenter();

export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s@._-]+/u)
    .filter(Boolean);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? words[words.length - 1]! : '';
  const letter = (word: string) => [...segmenter.segment(word.slice(0, 16))][0]?.segment ?? '';
  return (letter(first) + letter(last)).toLocaleUpperCase();
}

/** One of five, the same for the same name. */
export function hueOf(name: string): number {
  let sum = 0;
  for (let index = 0; index < Math.min(name.length, 64); index += 1)
    sum = (sum * 31 + name.charCodeAt(index)) >>> 0;
  return sum % 5;
}
