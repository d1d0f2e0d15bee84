// A database and the people in it, in Russian.
import type { database as english } from '../en/database';

export const database: typeof english = {
  database: {
    title: 'Люди',
    status: 'Статус',
    anyStatus: 'Любой статус',
    name: 'Имя',
    contact: 'Почта или телефон',
    created: 'Добавлен',
    none: 'Здесь пока никого нет',
    noneText: 'Люди появляются из импорта, форм, вебхуков и API.',
    noneStatus: 'С этим статусом никого нет',
    gone: 'Такой базы здесь нет',
    goneText: 'Её удалили, она вам недоступна или в адресе ошибка.',
    failed: 'Не удалось показать список',
  },
};
