// What every form says, in Russian.
import { counter } from '../count';
import type { form as english } from '../en/form';

const count = counter('ru');

export const form: typeof english = {
  form: {
    unsaved: 'Есть несохранённые изменения',
    discard: 'Не сохранять',
    saved: 'Сохранено',
    lookAbove: 'Пока ничего не сохранено. Проверьте значения, отмеченные красным.',
    leaveTitle: 'Уйти без сохранения?',
    leaveText: 'Изменения на этой странице ещё не сохранены и пропадут.',
    leave: 'Уйти',
    stay: 'Продолжить правку',
    left: (n) =>
      `Осталось: ${count(n, { one: 'символ', few: 'символа', many: 'символов', other: 'символа' })}`,
    typeIt: (phrase) => `Для подтверждения введите: ${phrase}`,
    optional: 'Необязательно',
    allOptions: 'Показать все варианты',
    noOption: 'Ничего не найдено.',
    typeOn: 'Введите ещё несколько букв, чтобы сузить список.',
    move: (what, place, count) =>
      `Переместить: ${what}, ${place} из ${count}. Стрелками вверх и вниз.`,
    conflictTitle: 'Кто-то изменил это раньше вас',
    conflictText: 'Выберите, какие значения оставить.',
    yours: 'Ваше значение',
    theirs: 'Новое значение',
    before: 'Было раньше',
    keepYours: 'Оставить моё',
    takeTheirs: 'Взять новое',
    nothing: 'пусто',
    yes: 'Да',
    no: 'Нет',
  },
};
