// What is the same wherever something is set up, in Russian.
import type { setUpWords as english } from '../en/set-up';

export const setUpWords: typeof english = {
  setUpWords: {
    name: 'Название',
    description: 'Описание',
    descriptionHint: 'Для чего это нужно. Его видят коллеги.',
    tags: 'Метки',
    tagsHint: 'Метку завершает Enter или запятая.',
    edit: 'Изменить',
    remove: 'Удалить',
    copy: 'Сделать копию',
    moveUp: 'Поднять',
    moveDown: 'Опустить',
    danger: 'Необратимые действия',
    copyName: (name) => `${name} (копия)`,
    changedOn: (date) => `Последнее изменение: ${date}`,
  },
  codes: {
    name_taken: 'Это название уже занято. Выберите другое.',
    field_values_conflict: 'Мешают сохранённые значения. Ничего не изменилось.',
    standard_field: 'Это поле есть в каждой базе. Удалить его нельзя.',
    segment_in_use: 'На это ссылается условие сегмента. Сначала измените сегмент.',
    run_in_progress: 'Сейчас идёт запуск. Дождитесь его или остановите.',
    wrong_state: 'Уже завершено.',
    confirmation_needed: 'Название не совпадает. Возможно, его изменили: обновите страницу.',
    precondition_failed: 'Это одновременно меняет кто-то ещё. Обновите страницу и повторите.',
  },
  wrongSetting: {
    invalid_region: 'Такого региона нет. Выберите из списка.',
    invalid_time_zone: 'Такого часового пояса нет. Выберите из списка.',
    invalid_language: 'Это не код языка. Он выглядит так: ru или pt-BR.',
    invalid_color: 'Это не цвет. Он выглядит так: #1a7f5a.',
    invalid_name:
      'Первой должна быть латинская буква, дальше буквы, цифры и подчёркивания. Не больше 64.',
    invalid_cron: 'Это не выражение cron. В нём пять частей, например 30 6 * * 1-5.',
    invalid_url: 'Это не адрес страницы. Он начинается с https://.',
    host_not_allowed:
      'Серверу нельзя брать файлы с этого узла. Разрешённые узлы перечисляет администратор сервера в переменной import_hosts.',
    secret_needed: 'Изменился адрес или способ входа, поэтому секрет нужно ввести заново.',
    not_supported: 'У поля этого типа такого быть не может.',
    read_only: 'Это изменить нельзя.',
    unknown_settings: 'Сохранённых настроек импорта с таким названием нет.',
    unknown_resource: 'Этого ресурса больше нет.',
    unknown_database: 'Этой базы больше нет.',
  },
};
