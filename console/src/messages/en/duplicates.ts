// People who may be there twice, in English.
export const duplicates = {
  duplicates: {
    lead: 'Profiles that may be one person. Merge them, or say that they are different people.',
    by: 'Alike by',
    anyWay: 'Alike in any way',
    ways: {
      email: 'E-mail',
      phone: 'Phone',
      name_birthday: 'Name and date of birth',
      telegram_bot: 'Telegram',
      push: 'Device',
    },
    shares: {
      email: 'The same e-mail',
      phone: 'The same phone',
      name_birthday: 'The same name and date of birth',
      telegram_bot: 'The same Telegram chat',
      push: 'The same device',
    } as Record<string, string>,
    sharesField: (field: string) => `The same value of ${field}`,
    agree: (fields: string) => `same: ${fields}`,
    differ: (fields: string) => `differs: ${fields}`,
    confidence: { high: 'Very likely', medium: 'Likely', low: 'Unlikely' } as Record<
      string,
      string
    >,
    sideBySide: (why: string) => `People beside each other: ${why}`,
    compare: 'Compare and merge',
    dismiss: 'These are different people',
    apart: 'They stay apart and don’t come up here again.',
    revoke: 'Take it back',
    none: 'Nobody looks like somebody else',
    noneText:
      'As soon as two profiles share a contact, or name and date of birth, they appear here.',
    noneBy: 'Nobody is alike in this way. Try another one.',
    failed: 'The duplicates can’t be shown',
    mergeTitle: 'Merge into one person',
    back: 'All duplicates',
  },
};
