// Список людей, его колонки и сохранённые виды, по-русски.
import { counter } from '../count';
import type { Messages } from '../en';

const count = counter('ru');
const people = { one: 'человек', few: 'человека', many: 'человек', other: 'человека' };

export const peopleList: Pick<Messages, 'people' | 'columns' | 'views'> = {
  people: {
    loadFile: 'Загрузить файл',
    toSegment: 'Собрать в сегмент',
    segmentName: 'Название сегмента',
    segmentNameTaken: 'Сегмент с таким названием уже есть.',
    table: 'Люди, стрелки ведут от строки к строке',
    count: (n, more, narrowed) =>
      `${more ? 'Не меньше: ' : ''}${count(n, people)}${narrowed ? ' в этом списке' : ''}`,
    columns: 'Колонки',
    slowOrder:
      'Людей слишком много, чтобы отсортировать их так. Сузьте список фильтром или выберите порядок по дате добавления.',
    newestFirst: 'Сначала новые',
    oldestFirst: 'Сначала старые',
    filter: 'Фильтр',
    filterTitle: 'Кого показать',
    conditions: (n) =>
      n
        ? count(n, { one: 'условие', few: 'условия', many: 'условий', other: 'условия' })
        : 'без условий',
    noFilter: 'Убрать фильтр',
    showAll: 'Показать всех',
    none: 'В этом списке никого нет',
    noneText: 'Под фильтр никто не подходит. Уберите одно из условий или покажите всех.',
    choose: (name) => `Выбрать: ${name}`,
    chooseShown: 'Выбрать всех загруженных',
    selection: 'Выбранные люди',
    chosen: (n) => `Выбрано: ${count(n, people)}`,
    allChosen: (n) =>
      n === null ? 'Выбраны все в этом списке' : `Выбраны все: ${count(n, people)}`,
    chooseAll: (n) =>
      n === null ? 'Выбрать всех в этом списке' : `Выбрать всех: ${count(n, people)}`,
    chooseNobody: 'Снять выбор',
    export: 'Выгрузить',
    change: 'Изменить',
    segment: 'Сегмент',
    newSegment: 'Новый сегмент',
    noStatic: 'Статических сегментов пока нет. Их создаёт маркетолог.',
    chooseSegment: 'Выберите сегмент.',
    segmentText: 'В статическом сегменте остаются те, кого в него поместили.',
    put: (n, name) =>
      n
        ? `В сегмент «${name}» добавлено: ${count(n, people)}`
        : `Все уже были в сегменте «${name}»`,
    putting: (name) => `Люди добавляются в сегмент «${name}»`,
    chosenOn: (date, number) => `Выбраны ${date} (${number})`,
  },
  columns: {
    text: 'Они идут в этом порядке. Чтобы вернуться к ним потом, сохраните вид.',
    chosen: 'Показаны',
    others: 'Не показаны',
    search: 'Найти колонку',
    up: (name) => `Поднять: ${name}`,
    down: (name) => `Опустить: ${name}`,
    takeOut: (name) => `Не показывать: ${name}`,
    add: (name) => `Добавить: ${name}`,
    none: 'Ни одна колонка не выбрана',
    noneFound: 'Других таких колонок нет',
    reset: 'Как было',
    done: 'Готово',
  },
  views: {
    label: 'Сохранённые виды',
    everybody: 'Все',
    save: 'Сохранить вид',
    saveAs: 'Сохранить как вид',
    saveText: 'Колонки и фильтр сохранятся под этим именем. Вид увидят и ваши коллеги.',
    name: 'Название вида',
    rename: 'Переименовать вид',
    remove: 'Удалить вид',
    removeTitle: (name) => `Удалить вид «${name}»?`,
    removeText: 'Он исчезнет и у ваших коллег. С людьми из списка ничего не случится.',
    removed: (name) => `Вид «${name}» удалён`,
    saved: (name) => `Вид «${name}» сохранён`,
    actions: (name) => `Действия с видом «${name}»`,
    taken: 'Вид с таким названием уже есть.',
    gone: 'Этого вида больше нет. Показаны все.',
    renamedMeanwhile:
      'Этот вид только что изменил кто-то другой. Сохраните ещё раз, чтобы всё-таки переименовать его.',
    conflictText: (name) => `Пока вы работали, вид «${name}» изменили. Выберите, какой останется.`,
  },
};
