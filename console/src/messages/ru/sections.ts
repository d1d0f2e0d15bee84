// The names of the console's parts, in Russian.
import type { sections as english } from '../en/sections';

export const sections: typeof english = {
  setUp: 'Настройка',
  part: {
    label: 'Разделы базы',
    people: 'Люди',
    segments: 'Сегменты',
    imports: 'Импорт',
    exports: 'Экспорт',
    updates: 'Массовые изменения',
    duplicates: 'Дубликаты',
    history: 'История',
    fields: 'Поля',
    schedules: 'Расписания',
    controlGroup: 'Контрольная группа',
    settings: 'Настройки',
  },
  place: {
    resources: 'Ресурсы',
    forms: 'Формы',
    webhooks: 'Вебхуки',
    connectors: 'Подключения',
    watchers: 'Наблюдатели',
    suppressions: 'Стоп-листы',
    relationTypes: 'Связи',
    outbox: 'Исходящие',
    audit: 'Журнал действий',
    tokens: 'Токены',
    users: 'Пользователи',
  },
};
