// How people can belong to each other, in Russian.
import { counter } from '../count';
import type { relationType as english } from '../en/relation-type';

const count = counter('ru');
const relations = (n: number) =>
  count(n, { one: 'связь', few: 'связи', many: 'связей', other: 'связи' });

export const relationType: typeof english = {
  relationType: {
    lead: 'Кто с кем связан: покупатель с магазином, ребёнок с родителем.',
    add: 'Новый вид связи',
    newTitle: 'Новый вид связи',
    newLead: 'Определяет, кого с кем можно связать. Сами связи приходят из файлов и API.',
    make: 'Создать вид связи',
    made: (name) => `Вид связи «${name}» создан`,
    none: 'Видов связей пока нет',
    noneText:
      'Связь соединяет людей двух баз или одной и может хранить больше: с какого времени, как часто.',
    listFailed: 'Не удалось показать виды связей',
    failed: 'Не удалось показать вид связи',
    gone: 'Такого вида связи здесь нет',
    to: 'с базой',
    relations: 'Связи',
    count: (n) => relations(n),
    about: 'О связи',
    aboutText: 'Что читают коллеги и как связь называется в файлах и API.',
    titleHint: 'Например, «Покупает в» или «Родитель».',
    nameHint: 'Для файлов, сегментов и API.',
    sides: 'Базы',
    sidesText: 'Потом их изменить нельзя. Обе могут быть одной базой.',
    sidesFixed: 'Базы не меняются. Для других создайте новый вид связи.',
    sideA: 'Сторона А',
    sideAHint: 'Кого выбирают: например, магазины.',
    sideB: 'Сторона Б',
    sideBHint: 'Кто выбирает: их покупатели.',
    properties: 'Свойства',
    propertiesText:
      'Что ещё известно о связи. Свойство, у которого есть значения, нельзя убрать, и тип его не меняется.',
    noProperties: 'О связи известно только, что она есть.',
    property: (n) => `Свойство ${n}`,
    addProperty: 'Добавить свойство',
    remove: 'Удалить вид связи',
    removeAsk: (name) => `Удалить вид связи «${name}»?`,
    go: (n) =>
      n
        ? `Вместе с ним удалится ${relations(n)}. Люди останутся. Отменить это нельзя.`
        : 'Связей этого вида нет.',
    deleted: (name) => `Вид связи «${name}» удалён`,
  },
};
