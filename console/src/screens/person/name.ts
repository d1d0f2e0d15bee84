// What a person is called: by name, else by whatever contact there is.
export type Values = Record<string, unknown>;

const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

export function nameOf(data: Values): string {
  return [text(data._fname), text(data._lname)].filter(Boolean).join(' ');
}

export function contactOf(data: Values): string {
  const phone = Array.isArray(data.phones) ? text(data.phones[0]) : '';
  return text(data.email) || phone;
}

export function titleOf(data: Values, otherwise: string): string {
  return nameOf(data) || contactOf(data) || otherwise;
}
