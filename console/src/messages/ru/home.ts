// The home page, in Russian.
import { counter } from '../count';
import type { home as english } from '../en/home';

const count = counter('ru');
const people = { one: 'человек', few: 'человека', many: 'человек', other: 'человека' };

export const home: typeof english = {
  home: {
    title: 'Главная',
    greeting: (name) => `Здравствуйте, ${name}`,
    lead: 'Найдите человека по имени, почте, телефону или другим данным.',
    people: (n) => count(n, people),
    none: 'Баз пока нет',
    noneText: 'В базе собраны люди с одинаковым набором полей. Первую базу создаёт администратор.',
    inControl: (n) => `${count(n, people)} в контрольной группе`,
  },
};
