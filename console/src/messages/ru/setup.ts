// What the screens of the set-up share, in Russian: secrets, databases, periods, refusals.
import { counter } from '../count';
import type { setup as english } from '../en/setup';

const count = counter('ru');

export const setup: typeof english = {
  secret: {
    copy: 'Скопировать',
    once: 'Показывается только сейчас. Скопируйте и сохраните в надёжном месте.',
    kept: 'Готово',
    same: 'Обе версии совпадают. Можно сохранить ещё раз.',
  },
  databaseChoice: {
    legend: 'Базы',
    all: 'Все базы',
    some: 'Только некоторые',
    none: 'Выберите хотя бы одну базу.',
    count: (n) => count(n, { one: 'база', few: 'базы', many: 'баз', other: 'базы' }),
  },
  period: {
    from: 'С',
    to: 'По',
    any: 'Любые',
    noneFound: 'С такими условиями ничего нет',
    reset: 'Сбросить условия',
  },
  refusals: {
    email_taken: 'Пользователь с таким адресом уже есть.',
    name_taken: 'Такое название уже занято.',
    last_admin:
      'Это последний администратор, который может войти. Сначала назначьте другого администратора.',
    global_list: 'Общий список удалить нельзя, но можно очистить.',
    wrong_state: 'Состояние уже изменилось. Посмотрите ещё раз.',
    confirmation_needed: 'Название введено неверно.',
  },
};
