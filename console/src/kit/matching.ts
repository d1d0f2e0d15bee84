// Which of many choices a typed text means, best first.
export interface Choice {
  value: string;
  label: string;
  /** Said beside it, and found by too. */
  hint?: string;
  /** A heading above it, while nothing is typed. */
  group?: string;
}

/** Those that begin with the text, then those of which a word does, then those that have it anywhere. */
export function matching<T extends Choice>(
  choices: readonly T[],
  typed: string,
  most: number,
): T[] {
  const text = typed.trim().toLowerCase();
  if (!text) return choices.slice(0, most);
  const ranks: T[][] = [[], [], []];
  for (const choice of choices) {
    const at = place(choice.label, text);
    const rank = at < 3 ? at : place(`${choice.hint ?? ''} ${choice.value}`, text) < 3 ? 2 : 3;
    ranks[rank]?.push(choice);
    if (ranks[0]!.length >= most) break;
  }
  return ranks.flat().slice(0, most);
}

function place(label: string, text: string): number {
  const at = label.toLowerCase().indexOf(text);
  if (at === 0) return 0;
  if (at < 0) return 3;
  return /[\s_\-./(]/u.test(label[at - 1] ?? '') ? 1 : 2;
}
