// What stands around every screen, in Russian.
import type { shell as english } from '../en/shell';

export const shell: typeof english = {
  language: { en: 'English', ru: 'Русский', label: 'Язык' },
  theme: { label: 'Тема', system: 'Как в системе', light: 'Светлая', dark: 'Тёмная' },
  shell: {
    skip: 'К содержанию',
    nav: 'Основное меню',
    openNav: 'Открыть меню',
    home: 'Главная',
    find: 'Поиск людей',
    databases: 'Базы',
    userMenu: 'Ваш профиль и настройки',
    signOut: 'Выйти',
    notFound: 'Здесь ничего нет',
    notFoundText: 'Возможно, страница переехала или в адресе опечатка.',
    toHome: 'На главную',
  },
  act: {
    save: 'Сохранить',
    cancel: 'Отмена',
    close: 'Закрыть',
    retry: 'Повторить',
    edit: (field) => `Изменить: ${field}`,
    copy: (what) => `Скопировать: ${what}`,
    copied: 'Скопировано',
    more: 'Показать ещё',
    less: 'Свернуть',
    clear: 'Очистить',
    back: 'Назад',
    add: 'Добавить',
    remove: (what) => `Убрать: ${what}`,
    dismiss: 'Скрыть',
    loading: 'Загрузка',
    saving: 'Сохранение',
  },
  roles: {
    viewer: 'наблюдатель',
    agent: 'оператор',
    marketer: 'маркетолог',
    admin: 'администратор',
  },
};
