// A number with its noun: which form a language takes is Intl's to say.
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const counters = new Map<string, ReturnType<typeof made>>();

/** `counter('ru')(3, { one: 'человек', few: 'человека', … })` is `3 человека`. */
export function counter(language: string) {
  let known = counters.get(language);
  if (!known) counters.set(language, (known = made(language)));
  return known;
}

function made(language: string) {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count: number, forms: Forms): string =>
    `${numbers.format(count)} ${forms[rules.select(count)] ?? forms.other}`;
}
