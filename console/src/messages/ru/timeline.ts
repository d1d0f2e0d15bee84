// История базы, по-русски.
import type { Messages } from '../en';

export const timeline: Pick<Messages, 'timeline'> = {
  timeline: {
    lead: 'Что происходило с людьми и настройками этой базы, сначала новое.',
    from: 'С',
    to: 'По',
    gone: 'Этого человека больше нет',
    backwards: 'Конец периода раньше начала',
    widen: 'Выберите другой вид событий или период побольше.',
    relation: (id) => `Связь ${id}`,
    of: (noun, verb) => `${noun}: ${verb}`,
    nouns: {
      database: 'База',
      field: 'Поле',
      segment: 'Сегмент',
      view: 'Сохранённый вид',
      schedule: 'Расписание',
      control_group: 'Контрольная группа',
      import_settings: 'Настройки импорта',
      resource: 'Ресурс',
      form: 'Форма',
      hook: 'Вебхук',
      watcher: 'Наблюдатель',
      suppression: 'Стоп-лист',
      relation_type: 'Связь',
      token: 'Токен',
      user: 'Пользователь',
    },
    verbs: { created: 'создание', updated: 'изменение', deleted: 'удаление', wiped: 'очистка' },
  },
};
