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
    steps: {
      title: 'С чего начать',
      text: 'Три шага, и можно осмотреться.',
      done: 'Сделано',
      database: {
        name: 'База',
        text: 'В ней собраны люди с одинаковыми полями: покупатели, читатели, гости.',
        act: 'Новая база',
      },
      resource: {
        name: 'Ресурс',
        text: 'То, на что подписываются: рассылка, новости о заказах.',
        act: 'Новый ресурс',
      },
      file: {
        name: 'Люди',
        text: 'Из файла CSV или Excel. Сначала видно, куда попадёт каждая колонка, и только потом всё записывается.',
        act: 'Загрузить файл',
      },
    },
    failed: 'Не удалось показать цифры',
    subscriptions: 'Подписки',
    noSubscriptions: 'Подписок нет',
    attention: 'Требует внимания',
    nothingWaits: 'Сейчас ничего не требуется.',
    troubles: {
      import_failed: (_n, name) => `Импорт «${name}» не удался`,
      import_rows_failed: (n, name) =>
        `«${name}»: ${count(n, { one: 'строка не загружена', few: 'строки не загружены', many: 'строк не загружено', other: 'строки не загружено' })}`,
      export_failed: (_n, name) => `Экспорт «${name}» не удался`,
      update_failed: (_n, name) => `Массовое изменение «${name}» не удалось`,
      refresh: (_n, name) => `Не удалось обновить сегмент «${name}»`,
      control_draw: () => 'Не удалось набрать контрольную группу',
      message_dead: (n) =>
        `Не удалось отправить ${count(n, { one: 'сообщение', few: 'сообщения', many: 'сообщений', other: 'сообщения' })}`,
      hook_failing: (n, name) =>
        `Вебхук «${name}» отклонил ${count(n, { one: 'доставку', few: 'доставки', many: 'доставок', other: 'доставки' })}`,
    },
    trouble: (n, name) => (n > 1 ? `${name} (${n})` : name),
    alike: 'Стоит проверить',
    someAlike: (name) => `В базе «${name}» есть люди, которые могут быть одним человеком`,
    jobs: 'В работе',
    noJobs: 'Сейчас ничего не выполняется.',
    jobKinds: {
      import: 'Импорт',
      export: 'Экспорт',
      update: 'Массовое изменение',
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
