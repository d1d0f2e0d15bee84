// Finding people, in Russian.
import { counter } from '../count';
import type { search as english } from '../en/search';

const count = counter('ru');
const people = { one: 'человек', few: 'человека', many: 'человек', other: 'человека' };

export const search: typeof english = {
  search: {
    label: 'Поиск людей',
    placeholder: 'Имя, почта, телефон…',
    title: 'Поиск людей',
    titleOf: (q) => `${q} – поиск`,
    start: 'Кого ищем?',
    startText: 'Введите часть имени, адреса или несколько цифр номера.',
    examples: 'Что можно ввести',
    exampleName: 'начала слов в любом порядке',
    exampleNumber: 'номер телефона в любой записи',
    exampleField: 'значение одного поля',
    exampleStatus: 'все с этим статусом',
    none: (q) => `По запросу «${q}» никого не нашлось`,
    noneText: 'Проверьте написание или сократите запрос: достаточно части слова.',
    noneNarrow: 'Сейчас поиск идёт только по части данных.',
    everywhere: 'Искать везде',
    short: 'Введите хотя бы две буквы или цифры.',
    failed: 'Поиск не сработал',
    slow: 'Поиск занимает больше времени, чем обычно…',
    found: (n, more) =>
      more
        ? `Больше ${count(n, { one: 'человека', few: 'человек', many: 'человек', other: 'человека' })}`
        : count(n, people),
    within: 'Где искать',
    all: 'Профили и подписки',
    profiles: 'Профили',
    subscriptions: 'Подписки',
    database: 'База',
    allDatabases: 'Все базы',
    allResults: (q) => `Все результаты по запросу «${q}»`,
    fields: 'Искать в одном поле',
    keys: 'выбрать',
    open: 'открыть',
    results: 'Результаты поиска',
    unnamed: 'Без имени',
  },
};
