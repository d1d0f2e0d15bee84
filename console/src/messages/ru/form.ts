// What every form says, in Russian.
import { counter } from '../count';
import type { form as english } from '../en/form';

const count = counter('ru');

export const form: typeof english = {
  form: {
    unsaved: 'Есть несохранённые изменения',
    discard: 'Не сохранять',
    saved: 'Сохранено',
    leaveTitle: 'Уйти без сохранения?',
    leaveText: 'Изменения на этой странице ещё не сохранены и пропадут.',
    leave: 'Уйти',
    stay: 'Продолжить правку',
    left: (n) =>
      `Осталось: ${count(n, { one: 'символ', few: 'символа', many: 'символов', other: 'символа' })}`,
    typeIt: (phrase) => `Для подтверждения введите: ${phrase}`,
    optional: 'Необязательно',
    conflictTitle: 'Кто-то изменил это раньше вас',
    conflictText: 'Выберите, какие значения оставить.',
    yours: 'Ваше значение',
    theirs: 'Новое значение',
    keepYours: 'Оставить моё',
    takeTheirs: 'Взять новое',
    nothing: 'пусто',
    yes: 'Да',
    no: 'Нет',
  },
};
