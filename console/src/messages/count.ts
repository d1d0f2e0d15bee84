// A number with its noun: which form a language takes is Intl's to say.
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** `counter('ru')(3, { one: 'человек', few: 'человека', … })` is `3 человека`. */
export function counter(language: string) {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count: number, forms: Forms): string =>
    `${numbers.format(count)} ${forms[rules.select(count)] ?? forms.other}`;
}
