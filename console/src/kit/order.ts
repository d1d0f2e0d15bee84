// The order of a table as an address and the API say it: a name, with `-` before it the highest
// first. Without one it is the order of creation.
export type Order = string | null;
const USUAL = 'created_at';

export function directionOf(name: string, order: Order): 'ascending' | 'descending' | undefined {
  const now = order ?? USUAL;
  return now === name ? 'ascending' : now === `-${name}` ? 'descending' : undefined;
}

/** What pressing the head of a column makes of the order: lowest first, highest first, the usual one. */
export function pressed(name: string, order: Order): Order {
  const direction = directionOf(name, order);
  if (direction === 'descending') return null;
  if (direction === 'ascending') return `-${name}`;
  return name === USUAL ? null : name;
}

/** The column that an order is by. */
export const columnOf = (order: string) => order.replace(/^-/, '');
