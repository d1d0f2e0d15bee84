// The home page, in Russian.
import { counter } from '../count';
import type { home as english } from '../en/home';

const count = counter('ru');
const people = { one: 'человек', few: 'человека', many: 'человек', other: 'человека' };

export const home: typeof english = {
  home: {
    title: 'Главная',
    greeting: (name) => `Здравствуйте, ${name}`,
    lead: 'Найдите человека по имени, почте, телефону или другим данным.',
    people: (n) => count(n, people),
    none: 'Баз пока нет',
    noneText: 'В базе собраны люди с одинаковым набором полей. Первую базу создаёт администратор.',
    failed: 'Не удалось показать цифры',
    subscriptions: 'Подписки',
    noSubscriptions: 'Подписок нет',
    attention: 'Требует внимания',
    nothingWaits: 'Сейчас ничего не требуется.',
    troubles: {
      import_failed: (_n, name) => `Импорт «${name}» не удался`,
      import_rows_failed: (n, name) =>
        `«${name}»: не загружено ${count(n, { one: 'строка', few: 'строки', many: 'строк', other: 'строки' })}`,
      export_failed: (_n, name) => `Экспорт «${name}» не удался`,
      update_failed: (_n, name) => `Массовое изменение «${name}» не удалось`,
      schedule_failed: (_n, name) => `Расписание «${name}» не сработало`,
      message_dead: (n) =>
        `Не удалось отправить ${count(n, { one: 'сообщение', few: 'сообщения', many: 'сообщений', other: 'сообщения' })}`,
      message_held: (n) =>
        `Задержано: ${count(n, { one: 'сообщение', few: 'сообщения', many: 'сообщений', other: 'сообщения' })}`,
      hook_failing: (n, name) =>
        `Вебхук «${name}» отклонил ${count(n, { one: 'доставку', few: 'доставки', many: 'доставок', other: 'доставки' })}`,
      watcher_failing: (_n, name) => `Наблюдатель «${name}» не отвечает`,
      duplicates: (n) =>
        `${count(n, { one: 'группа профилей похожа', few: 'группы профилей похожи', many: 'групп профилей похожи', other: 'группы профилей похожи' })} на одного человека`,
    },
    trouble: (n, name) => (n > 1 ? `${name} (${n})` : name),
    jobs: 'В работе',
    noJobs: 'Сейчас ничего не выполняется.',
    jobKinds: {
      import: 'Импорт',
      export: 'Экспорт',
      update: 'Массовое изменение',
      undo: 'Отмена',
      refresh: 'Обновление сегмента',
      control_draw: 'Набор контрольной группы',
    },
    done: (done, total) => `${done} из ${total}`,
    coming: 'Кто пришёл и ушёл',
    comingSum: (came, went, days) =>
      `${came} новых и ${went} ушедших за ${count(days, { one: 'день', few: 'дня', many: 'дней', other: 'дня' })}`,
    new: 'Новые',
    lost: 'Ушедшие',
    messages: 'Сообщения',
    messagesSum: (sent, bounced, share, days) =>
      `Отправлено за ${count(days, { one: 'день', few: 'дня', many: 'дней', other: 'дня' })}: ${sent}, вернулось: ${bounced} (${share})`,
    noMessages: (days) =>
      `За ${count(days, { one: 'день', few: 'дня', many: 'дней', other: 'дня' })} сообщений не было.`,
    sent: 'Отправлено',
    bounced: 'Вернулось',
    ofAll: (all) => `подписано из ${all}`,
    inControl: (n) => `${count(n, people)} в контрольной группе`,
  },
  chart: {
    day: 'День',
    keys: 'Стрелки переводят от дня ко дню.',
  },
};
