// The words of double opt-in where nobody chose others: those of crates/pages, which a test compares.
export interface Wording {
  subject: string;
  message: string;
  reminder_subject: string;
  reminder: string;
  page: string;
  button: string;
  thanks: string;
}

/** What the pages say beside what can be chosen. */
export interface Usual extends Wording {
  /** The button of the page, where none was chosen; that of a message is `button`. */
  page_button: string;
  page_heading: string;
  page_note: string;
  thanks_heading: string;
  next: string;
  sent_heading: string;
  sent_lead: string;
  sent_note: string;
}

export const usual: Record<'en' | 'ru', Usual> = {
  en: {
    subject: 'Please confirm: {resource}',
    message: `Hello,

somebody, hopefully you, asked to send {resource} to {contact}. Please confirm that you want it:

{link}

The link works for {days}. If it wasn’t you, simply ignore this message: without your confirmation you won’t be subscribed.`,
    button: 'Confirm',
    reminder_subject: 'Still interested? {resource}',
    reminder: `Hello,

a little while ago somebody, hopefully you, asked to send {resource} to {contact}, but it isn’t confirmed yet. If you still want it, one press is enough:

{link}

The link works for {days}. If you changed your mind or it wasn’t you, there’s nothing to do: we won’t ask again.`,
    page: 'You asked to subscribe {contact} to {resource}.',
    page_heading: 'Confirm your subscription',
    page_note:
      'You’re not subscribed until you press the button. If it wasn’t you, simply close this page.',
    page_button: 'Yes, subscribe me',
    thanks: '{contact} is now subscribed to {resource}.',
    thanks_heading: 'Thank you, you’re subscribed',
    next: 'Continue to the website',
    sent_heading: 'Check your messages',
    sent_lead: 'We’ve sent a link to {contact}. Open it to confirm your subscription.',
    sent_note: 'Nothing there after a few minutes? Please look in the spam folder too.',
  },
  ru: {
    subject: 'Подтвердите подписку: {resource}',
    message: `Здравствуйте!

Кто-то, надеемся, что вы, попросил присылать рассылку «{resource}» на {contact}. Подтвердите, пожалуйста, что хотите её получать:

{link}

Ссылка действует {days}. Если это были не вы, просто пропустите это сообщение: без вашего подтверждения подписки не будет.`,
    button: 'Подтвердить',
    reminder_subject: 'Ещё интересно? {resource}',
    reminder: `Здравствуйте!

Недавно кто-то, надеемся, что вы, попросил присылать рассылку «{resource}» на {contact}, но подписка ещё не подтверждена. Если она вам по-прежнему интересна, достаточно одного нажатия:

{link}

Ссылка действует {days}. Если вы передумали или это были не вы, ничего делать не нужно: больше мы не напомним.`,
    page: 'Вы попросили присылать рассылку «{resource}» на {contact}.',
    page_heading: 'Подтвердите подписку',
    page_note:
      'Пока вы не нажмёте кнопку, подписки не будет. Если это были не вы, просто закройте страницу.',
    page_button: 'Да, подписать меня',
    thanks: 'Рассылка «{resource}» теперь будет приходить на {contact}.',
    thanks_heading: 'Спасибо, подписка оформлена',
    next: 'Перейти на сайт',
    sent_heading: 'Проверьте сообщения',
    sent_lead: 'Мы отправили ссылку на {contact}. Откройте её, чтобы подтвердить подписку.',
    sent_note: 'Если за несколько минут ничего не пришло, загляните в папку «Спам».',
  },
};

/** The language of the pages for a tag. */
export function languageOf(tag: string): 'en' | 'ru' {
  return tag.split('-')[0] === 'ru' ? 'ru' : 'en';
}

/** `14 days`, `14 дней`: the number keeps to its word. */
export function days(language: 'en' | 'ru', count: number): string {
  const forms: Partial<Record<Intl.LDMLPluralRule, string>> =
    language === 'ru' ? { one: 'день', few: 'дня', many: 'дней' } : { one: 'day', other: 'days' };
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other ?? '';
  return `${count}\u00a0${form}`;
}
