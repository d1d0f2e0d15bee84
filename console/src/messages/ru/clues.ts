// Why a column may be what is proposed, in Russian.
import type { Clue, clues as english } from '../en/clues';

const looks: Record<string, string> = {
  empty: 'пустые',
  email: 'адреса почты',
  phone: 'номера телефонов',
  ip: 'IP-адреса',
  date: 'даты',
  integer: 'целые числа',
  number: 'числа',
  boolean: 'да и нет',
  json: 'данные JSON',
  sex: 'обозначения пола',
  country: 'страны',
  text: 'текст',
};
const fits = (clue: Clue, all: boolean) =>
  `${all && clue.count === clue.total ? `все ${clue.total}` : `${clue.count} из ${clue.total}`} значений похожи на ${looks[clue.look ?? ''] ?? 'это'}.`;
const begin = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const clues: typeof english = {
  looks,
  clues: {
    named_like_field: (clue) => `«${clue.column}» – так называется поле.`,
    usual_name: (clue) => `«${clue.column}» – обычное название для поля «${clue.field}».`,
    takes_any_text: () => '',
    no_values: () => 'Колонка пуста, сравнить не с чем.',
    values_fit: (clue) => begin(fits(clue, true)),
    half_fit: (clue) => `Только ${fits(clue, false)}`,
    few_fit: (clue) => `Только ${fits(clue, false)} Проверьте.`,
    values_look: (clue) => begin(fits(clue, true)),
    no_field: () => 'Поля с таким названием нет.',
    needs_region: () => 'У номеров нет кода страны, поэтому важен регион базы.',
    profile_ids: () => 'Это номера профилей.',
    foreign_ids: () => 'Это номера из другой системы.',
    kept_by_system: () => 'Это система ведёт сама.',
    names_are_whole: () => 'Имя и фамилия записаны в одной ячейке.',
    whole_name: () => 'Это имя целиком. Чтобы загрузить, разделите его на имя и фамилию.',
    statuses: () => 'Это статусы.',
    opt_in: (clue) => `Здесь да или нет, а ресурс с почтой один: «${clue.name}».`,
    opt_in_of_several: () => 'Здесь да или нет. Ниже выберите, о чём это.',
    opt_in_of_none: () => 'Здесь да или нет, но у базы нет ресурса с почтой.',
    date_format: () => '',
    date_format_unsure: () => 'День и месяц могут стоять наоборот. Проверьте даты.',
    better_given: (clue) => `Колонка «${clue.column}» подходит лучше.`,
  },
};
