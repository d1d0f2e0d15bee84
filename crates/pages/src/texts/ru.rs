//! The Russian texts.

use super::Texts;

pub(crate) const TEXTS: Texts = Texts {
    // The confirm page.
    confirm_heading: "Подтвердите подписку",
    confirm_lead: "Вы попросили присылать рассылку «{resource}» на {contact}.",
    confirm_note: "Пока вы не нажмёте кнопку, подписки не будет. Если это были не вы, просто закройте страницу.",
    confirm_button: "Да, подписать меня",
    confirmed_heading: "Спасибо, подписка оформлена",
    confirmed_lead: "Рассылка «{resource}» теперь будет приходить на {contact}.",
    next_link: "Перейти на сайт",
    already_confirmed_heading: "Вы уже подписаны",
    already_confirmed_lead: "Рассылка «{resource}» уже приходит на {contact}. Больше ничего делать не нужно.",
    confirm_expired_heading: "Срок действия ссылки истёк",
    confirm_expired_lead: "Ссылки действуют недолго, чтобы никто не подписал вас без спроса. Можем прислать новую на {contact}.",
    confirm_expired_button: "Прислать новую ссылку",
    sent_heading: "Проверьте сообщения",
    sent_lead: "Мы отправили ссылку на {contact}. Откройте её, чтобы подтвердить подписку.",
    sent_note: "Если за несколько минут ничего не пришло, загляните в папку «Спам».",
    limit_heading: "Пока отправлять больше не будем",
    limit_lead: "На {contact} уже отправлено несколько ссылок. Найдите самую новую, в том числе в папке «Спам», или попробуйте снова завтра.",
    // What doesn't work.
    invalid_heading: "Эта ссылка не работает",
    invalid_lead: "Возможно, она скопирована не целиком. Откройте её ещё раз прямо из сообщения.",
    expired_heading: "Срок действия ссылки истёк",
    expired_lead: "Воспользуйтесь ссылкой из последнего сообщения, которое вы от нас получили.",
    gone_heading: "Этого больше нет",
    gone_lead: "То, к чему вела ссылка, удалено. Вам ничего делать не нужно.",
    later_heading: "Попробуйте чуть позже",
    later_lead: "Сейчас это сделать не получается. Ничего не изменилось. Повторите попытку через несколько минут.",
    bad_form_heading: "Не удалось прочитать форму",
    bad_form_lead: "Ничего не изменилось. Вернитесь назад, обновите страницу и попробуйте ещё раз.",
    // The unsubscribe page.
    unsubscribe_heading: "Отписаться?",
    unsubscribe_lead: "Рассылка «{resource}» больше не будет приходить на {contact}.",
    unsubscribe_unnamed: "На адрес, который получил эту ссылку, такие сообщения больше не будут приходить.",
    unsubscribed_unnamed: "На адрес, который получил эту ссылку, такие сообщения больше не приходят. Сообщение, которое уже в пути, ещё может прийти.",
    unsubscribe_confirm_button: "Отписаться",
    manage_link: "Лучше изменить настройки подписки",
    unsubscribed_heading: "Вы отписались",
    unsubscribed_lead: "Рассылка «{resource}» больше не будет приходить на {contact}. Сообщение, которое уже в пути, ещё может прийти.",
    already_unsubscribed_heading: "Вы уже отписаны",
    already_unsubscribed_lead: "Рассылка «{resource}» не приходит на {contact}. Больше ничего делать не нужно.",
    unsubscribed_resume_link: "Передумали? Управление подписками",
    // The subscription manager.
    manager_heading: "Ваши подписки",
    manager_lead: "Выберите, что хотите получать, и проверьте свои данные.",
    details_heading: "Ваши данные",
    details_button: "Сохранить данные",
    lines_help: "По одному на строку.",
    required_mark: "(обязательно)",
    option_none: "Не указано",
    entries_heading: "Что вы получаете",
    entries_none: "Подписок здесь нет.",
    topics_legend: "Темы",
    topic_steady: "приходит всегда",
    topics_button: "Сохранить темы",
    pause_label: "Сделать перерыв на",
    pause_button: "Приостановить",
    resume_paused_button: "Возобновить сейчас",
    resume_left_button: "Подписаться снова",
    resume_unconfirmed_button: "Прислать ссылку ещё раз",
    unsubscribe_button: "Отписаться",
    status_subscribed: "Активна",
    status_unsubscribed: "Вы отписались",
    status_complained: "Остановлена: вы пожаловались на спам",
    status_hardbounced: "Остановлена: сообщения не доходят",
    status_unconfirmed: "Ждёт вашего подтверждения",
    status_suspended: "Приостановлена",
    status_suspended_until: "Приостановлена до {date}",
    status_invalid: "Остановлена: контакт не работает",
    leave_section_heading: "Хотите отписаться от всего?",
    leave_section_lead: "Можно отписаться от всех рассылок сразу. Сначала мы попросим подтвердить.",
    leave_link: "Отписаться от всего",
    // Leaving everything.
    leave_heading: "Отписаться от всего?",
    leave_lead: "Вам больше ничего не будет приходить:",
    leave_line: "«{resource}», {contact}",
    leave_button: "Да, отписаться от всего",
    leave_back_link: "Нет, оставить подписки",
    left_heading: "Вы отписались от всего",
    left_lead: "Эти подписки отменены. Сообщение, которое уже в пути, ещё может прийти.",
    // What was changed.
    notice_heading: "Изменения сохранены",
    notice_none: "Ничего не изменилось",
    changed_field: "{field}: теперь {value}",
    changed_emptied: "{field}: значение удалено",
    changed_topic_added: "«{resource}»: добавлена тема {topic}",
    changed_topic_removed: "«{resource}»: убрана тема {topic}",
    changed_unsubscribed: "Рассылка «{resource}» больше не приходит на {contact}",
    changed_resumed: "Рассылка «{resource}» снова приходит на {contact}",
    changed_suspended: "Рассылка «{resource}» на {contact} приостановлена на {days}",
    changed_link_sent: "Ссылка для подтверждения отправлена на {contact}",
    // What is wrong with what was typed.
    errors_heading: "Проверьте, пожалуйста, введённое",
    error_title: "Ошибка",
    error_required: "Заполните это поле.",
    error_email: "Введите адрес вида name@example.org.",
    error_phone: "Введите номер целиком, с кодом страны, например +7 912 345-67-89.",
    error_date: "Введите существующую дату.",
    error_number: "Введите подходящее число.",
    error_option: "Выберите один из вариантов.",
    error_too_long: "Слишком длинно, сократите, пожалуйста.",
    error_taken: "Это значение уже использует кто-то другой.",
    error_consent: "Отметьте согласие, чтобы продолжить.",
    error_other: "Такое значение не подходит, проверьте его.",
    // The subscription form.
    subscribe_button: "Подписаться",
    consent_link: "Подробнее",
    honeypot_label: "Оставьте это поле пустым",
    // Labels of standard fields, and their options.
    field_email: "Электронная почта",
    field_phones: "Телефоны",
    field_first_name: "Имя",
    field_last_name: "Фамилия",
    field_birth_date: "Дата рождения",
    field_sex: "Пол",
    field_city: "Город",
    field_country: "Страна",
    field_region: "Регион",
    field_postal_code: "Почтовый индекс",
    option_male: "Мужской",
    option_female: "Женский",
    // The double opt-in message and its reminder.
    opt_in_subject: "Подтвердите подписку: {resource}",
    opt_in_body: "\
Здравствуйте!

Кто-то, надеемся, что вы, попросил присылать рассылку «{resource}» на {contact}. Подтвердите, пожалуйста, что хотите её получать:

{link}

Ссылка действует {days}. Если это были не вы, просто пропустите это сообщение: без вашего подтверждения подписки не будет.",
    opt_in_button: "Подтвердить",
    reminder_subject: "Ещё интересно? {resource}",
    reminder_body: "\
Здравствуйте!

Недавно кто-то, надеемся, что вы, попросил присылать рассылку «{resource}» на {contact}, но подписка ещё не подтверждена. Если она вам по-прежнему интересна, достаточно одного нажатия:

{link}

Ссылка действует {days}. Если вы передумали или это были не вы, ничего делать не нужно: больше мы не напомним.",
};
