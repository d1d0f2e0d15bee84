// What is sent of a connector: the password stays where nobody typed another.
import { expect, test } from 'vitest';
import { bodyOf, fresh, leadsElsewhere, missing, patchOf, type ConnectorChoice } from './connector';

const shop: ConnectorChoice = {
  ...fresh(),
  name: 'shop',
  address: 'db.example.org',
  database: 'shop',
  user: 'roster',
};

test('a new one sends what was typed, and a certificate for PostgreSQL alone', () => {
  expect(missing(fresh())).toEqual(['name', 'address', 'database', 'user']);
  expect(bodyOf({ ...shop, address: ' db.example.org ', secret: 'p w', ca: ' pem\n' })).toEqual({
    name: 'shop',
    kind: 'postgres',
    address: 'db.example.org',
    database: 'shop',
    user: 'roster',
    secret: 'p w',
    tls: 'require',
    ca: 'pem',
  });
  const mysql = bodyOf({ ...shop, kind: 'mysql', ca: 'pem' });
  expect('ca' in mysql || 'secret' in mysql).toBe(false);
});
test('a password that nobody typed stays, and one that isn’t there needs no other', () => {
  expect(patchOf({ name: 'x' }, shop, true)).toEqual({ name: 'x' });
  expect(patchOf({ user: 'x' }, shop, true)).toEqual({ user: 'x' });
  expect(patchOf({ user: 'x' }, shop, false)).toEqual({ user: 'x', secret: null });
  expect(patchOf({ secret: 'y' }, shop, true)).toEqual({ secret: 'y' });
});
test('a certificate goes with the kind that has one', () => {
  const own = { ...shop, ca: 'pem' };
  expect(patchOf({ ca: '' }, own, true)).toEqual({ ca: null });
  expect(patchOf({ kind: 'mysql', secret: 'z' }, own, true)).toEqual({
    kind: 'mysql',
    secret: 'z',
    ca: null,
  });
});
test('it leads elsewhere by address, user, kind, certificate, or without encryption', () => {
  for (const change of [
    { address: 'x' },
    { user: 'x' },
    { kind: 'mysql' },
    { ca: 'x' },
    { tls: 'off' },
  ] satisfies Partial<ConnectorChoice>[])
    expect(leadsElsewhere(shop, { ...shop, ...change })).toBe(true);
  for (const change of [
    { name: 'x' },
    { database: 'x' },
    { tls: 'verify' },
  ] satisfies Partial<ConnectorChoice>[])
    expect(leadsElsewhere(shop, { ...shop, ...change })).toBe(false);
});
