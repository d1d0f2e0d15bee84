// What makes two people look like one.
import { expect, test } from 'vitest';
import { contactsOf, shared } from './likeness';

const ada = {
  data: { email: 'Ada@example.com', phones: ['+442079460018'], _fname: 'Ada', _lname: 'Lee' },
  subscriptions: [{ email: 'ada@old.example' }],
};

test('contacts of subscriptions count too', () => {
  expect([...contactsOf(ada).email]).toEqual(['ada@example.com', 'ada@old.example']);
  expect(shared(ada, { data: { email: 'ada@old.example' } })).toEqual(['email']);
  expect(shared(ada, { data: {}, subscriptions: [{ phone: '+442079460018' }] })).toEqual(['phone']);
});
test('a name alone counts, unless the days of birth differ', () => {
  const born = (day: string) => ({ data: { _fname: 'ADA', _lname: 'lee', _bdate: day } });
  expect(shared(ada, born('1990-01-01'))).toEqual(['name']);
  expect(shared(born('1990-01-01'), born('1990-01-01'))).toEqual(['name', 'birth']);
  expect(shared(born('1990-01-01'), born('1991-01-01'))).toEqual([]);
});
test('nothing in common', () => {
  expect(shared({ data: {} }, { data: {} })).toEqual([]);
});
