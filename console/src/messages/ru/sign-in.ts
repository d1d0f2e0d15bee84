// Signing in and invitations, in Russian.
import { counter } from '../count';
import type { signIn as english } from '../en/sign-in';

const count = counter('ru');

export const signIn: typeof english = {
  signIn: {
    title: 'Вход в Roster',
    email: 'Эл. почта',
    password: 'Пароль',
    submit: 'Войти',
    show: 'Показать пароль',
    hide: 'Скрыть пароль',
    wrong: 'Такой пары почты и пароля нет. Проверьте и попробуйте ещё раз.',
    wait: (seconds) =>
      `Слишком много попыток. Повторить можно через ${count(seconds, { one: 'секунду', few: 'секунды', many: 'секунд', other: 'секунды' })}.`,
    empty: 'Введите почту и пароль.',
    forgot: 'Забыли пароль? Администратор может прислать вам новую ссылку.',
    again: 'Войдите снова',
    againText: 'Сеанс завершён. Войдите, чтобы продолжить. Всё, что вы ввели, на месте.',
    signedOut: 'Вы вышли.',
  },
  invitation: {
    title: 'Добро пожаловать в Roster',
    text: (email, role) =>
      `Вас приглашают с ролью «${role}». Для входа используйте адрес ${email}.`,
    name: 'Ваше имя',
    nameHint: 'Коллеги увидят его рядом с вашими изменениями.',
    password: 'Придумайте пароль',
    passwordHint: 'Не короче 12 символов. Несколько слов подряд легко запомнить.',
    tooShort: (missing) =>
      `Нужно ещё ${count(missing, { one: 'символ', few: 'символа', many: 'символов', other: 'символа' })}.`,
    tooLong: 'В пароле может быть не больше 200 символов.',
    noName: 'Укажите имя.',
    submit: 'Сохранить пароль и войти',
    goneTitle: 'Ссылка больше не действует',
    gone: 'Приглашение можно использовать один раз и в течение ограниченного времени. Попросите у администратора новое.',
    toSignIn: 'На страницу входа',
  },
};
