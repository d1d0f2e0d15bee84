// Steps that journeys about audiences share.
import { check } from './harness.mjs';
import { ask } from './steps.mjs';

export const DATABASE = process.env.CONSOLE_AUDIENCE ?? 'Northwind customers';

export async function database(tab) {
  const { data } = await ask(tab, 'GET', '/v1/databases?limit=100');
  return data.items.find((one) => one.name === DATABASE).id;
}
export async function make(tab, db, segment) {
  const { status, data } = await ask(tab, 'POST', `/v1/databases/${db}/segments`, segment);
  check(status === 201, `a segment was not made: ${JSON.stringify(data)}`);
  return data.id;
}

/** Adds a condition and chooses what it is about by typing. */
export async function add(tab, typed, option) {
  await tab.getByRole('button', { name: 'Add a condition', exact: true }).last().click();
  await tab.getByRole('combobox', { name: 'What the condition is about' }).last().fill(typed);
  await tab.getByRole('option', { name: option }).first().click();
}
export async function select(tab, label, option) {
  await tab.getByLabel(label).last().click();
  await tab.getByRole('option', { name: option, exact: true }).click();
}
