//! Every view in every state, for the tests and for the browser checks: each
//! text passes through `alter`, so that it can be made hostile.

use roster_model::{Channel, Status};
use roster_pages::{
    Accent, Action, Change, Complaint, Confirm, ConfirmState, Consent, Control, Date, Entry, Form,
    Frame, Input, Language, Leave, LeaveState, Mail, Manager, Named, OptIn, Page, Problem,
    ProblemKind, Subscribe, Topic, Unsubscribe, UnsubscribeState, Wording,
};

/// Changes a text before it is put into a view.
pub type Alter<'a> = &'a dyn Fn(&str) -> String;

/// The texts of the samples in one language.
struct Sampler<'a> {
    language: Language,
    alter: Alter<'a>,
}

impl Sampler<'_> {
    /// One of the two texts, altered.
    fn text(&self, en: &str, ru: &str) -> String {
        (self.alter)(match self.language {
            Language::En => en,
            Language::Ru => ru,
        })
    }

    fn same(&self, text: &str) -> String {
        (self.alter)(text)
    }

    fn frame(&self, accent: &str) -> Frame {
        Frame {
            language: self.language,
            title: self.text("Harbour Books", "Книжная гавань"),
            accent: Accent::parse(accent).unwrap(),
        }
    }

    fn form(&self) -> Form {
        Form {
            action: self.same("/s/act"),
            hidden: vec![(self.same("token"), self.same("c29tZXRoaW5n"))],
        }
    }

    fn news(&self) -> Named {
        Named {
            resource: self.text("New arrivals", "Новинки недели"),
            contact: self.same("marina.kovaleva@example.org"),
        }
    }

    fn sales(&self) -> Named {
        Named {
            resource: self.text("Orders and offers", "Заказы и скидки"),
            contact: self.same("+7 912 345-67-89"),
        }
    }

    fn input(&self, name: &str, en: &str, ru: &str, control: Control) -> Input {
        Input {
            name: self.same(name),
            label: self.text(en, ru),
            help: String::new(),
            control,
            required: false,
            autocomplete: String::new(),
            error: None,
        }
    }

    fn fields(&self) -> Vec<Input> {
        let text = |en: &str, ru: &str| self.text(en, ru);
        let mut name = self.input(
            "field._fname",
            "First name",
            "Имя",
            Control::Text(text("Marina", "Марина")),
        );
        name.required = true;
        name.autocomplete = "given-name".to_owned();
        let mut phones = self.input(
            "field.phones",
            "Phones",
            "Телефоны",
            Control::Lines(self.same("+7 912 345-67-89\n+7 495 123-45-67")),
        );
        phones.help = text("One per line.", "По одному на строку.");
        vec![
            self.input(
                "field.email",
                "Email",
                "Электронная почта",
                Control::Fixed(self.same("marina.kovaleva@example.org")),
            ),
            name,
            phones,
            self.input(
                "field._bdate",
                "Date of birth",
                "Дата рождения",
                Control::Date(self.same("1988-04-17")),
            ),
            self.input(
                "field.genre",
                "Favourite genre",
                "Любимый жанр",
                Control::Select {
                    options: vec![
                        (self.same("novel"), text("Novels", "Романы")),
                        (self.same("crime"), text("Crime", "Детективы")),
                    ],
                    chosen: self.same("crime"),
                },
            ),
            self.input(
                "field.books",
                "Books a year",
                "Книг в год",
                Control::Number {
                    value: self.same("24"),
                    whole: true,
                },
            ),
            self.input(
                "field.work",
                "Work phone",
                "Рабочий телефон",
                Control::Tel(self.same("+7 495 123-45-67")),
            ),
            self.input(
                "field.club",
                "Member of the reading club",
                "Состою в книжном клубе",
                Control::Checkbox(true),
            ),
        ]
    }

    fn entry(&self, named: Named, channel: Channel, status: Status) -> Entry {
        Entry {
            id: self.same("0a1b2c3d"),
            resource: named.resource,
            description: String::new(),
            channel,
            contact: named.contact,
            status,
            until: None,
            topics: Vec::new(),
            actions: Action::usual(status).to_vec(),
        }
    }

    fn topic(&self, name: &str, en: &str, ru: &str, chosen: bool) -> Topic {
        Topic {
            name: self.same(name),
            title: self.text(en, ru),
            chosen,
            steady: name == "orders",
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let mut news = self.entry(self.news(), Channel::Email, Status::Subscribed);
        news.description = self.text(
            "A letter every Friday: what came in, and what we liked.",
            "Письмо по пятницам: что привезли и что нам понравилось.",
        );
        news.topics = vec![
            self.topic("fiction", "Fiction", "Художественная литература", true),
            self.topic("kids", "Children’s books", "Детские книги", false),
            self.topic("events", "Readings and meetings", "Чтения и встречи", true),
        ];
        let mut sales = self.entry(self.sales(), Channel::Sms, Status::Suspended);
        sales.until = Date::parse("2026-12-24");
        sales.topics = vec![
            self.topic("orders", "Your orders", "Ваши заказы", true),
            self.topic("offers", "Offers", "Скидки", false),
        ];
        let mut gone = self.entry(self.news(), Channel::Push, Status::Unsubscribed);
        gone.contact = self.text("Chrome on a computer", "Chrome на компьютере");
        let bounced = self.entry(self.sales(), Channel::Viber, Status::Hardbounced);
        let waiting = self.entry(self.news(), Channel::Email, Status::Unconfirmed);
        vec![news, sales, gone, bounced, waiting]
    }

    fn manager(&self) -> Manager {
        Manager {
            frame: self.frame("#1d5c63"),
            form: self.form(),
            fields: self.fields(),
            subscriptions: self.entries(),
            leave: Some("/s/leave".to_owned()),
            notice: None,
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![
            Change::Field {
                label: self.text("Books a year", "Книг в год"),
                value: self.same("24"),
            },
            Change::Field {
                label: self.text("Work phone", "Рабочий телефон"),
                value: String::new(),
            },
            Change::TopicAdded {
                resource: self.news().resource,
                topic: self.text("Fiction", "Художественная литература"),
            },
            Change::TopicRemoved {
                resource: self.news().resource,
                topic: self.text("Children’s books", "Детские книги"),
            },
            Change::Unsubscribed(self.sales()),
            Change::Resumed(self.sales()),
            Change::Suspended {
                named: self.news(),
                days: 14,
            },
            Change::LinkSent {
                contact: self.news().contact,
            },
        ]
    }

    fn subscribe(&self) -> Subscribe {
        let mut email = self.input(
            "email",
            "Email",
            "Электронная почта",
            Control::Email(String::new()),
        );
        email.required = true;
        email.autocomplete = "email".to_owned();
        email.help = self.text(
            "We’ll send a link to confirm it.",
            "Пришлём на неё ссылку для подтверждения.",
        );
        let name = self.input("name", "First name", "Имя", Control::Text(self.same("")));
        Subscribe {
            language: self.language,
            resource: self.news().resource,
            id: self.same("7"),
            form: self.form(),
            fields: vec![email, name],
            consent: Some(Consent {
                name: self.same("consent"),
                wording: self.text(
                    "I agree to receive the letter and know that I can leave at any time.",
                    "Согласен получать рассылку и знаю, что могу отписаться в любой момент.",
                ),
                link: Some("/privacy".to_owned()),
                missing: false,
            }),
            honeypot: self.same("company"),
            button: String::new(),
        }
    }

    fn message(&self, reminder: bool, wording: Wording) -> Mail {
        let message = OptIn {
            language: self.language,
            accent: Accent::default(),
            resource: self.news().resource,
            contact: self.news().contact,
            link: self.same("/s/confirm?t=c29tZXRoaW5nIHNpZ25lZA"),
            days: 14,
            reminder,
            wording,
        };
        message.render()
    }
}

/// Every page in every state, with its name.
pub fn pages(language: Language, alter: Alter) -> Vec<(String, Page)> {
    let s = Sampler { language, alter };
    let mut pages = Vec::new();
    let mut add = |name: &str, page: Page| {
        pages.push((format!("{name}.{}", language.tag()), page));
    };
    let next = Some("/continue".to_owned());
    let confirm: [(&str, &str, ConfirmState); 7] = [
        (
            "ask",
            "#1d5c63",
            ConfirmState::Ask {
                named: s.news(),
                form: s.form(),
            },
        ),
        (
            "confirmed",
            "#1d5c63",
            ConfirmState::Confirmed {
                named: s.news(),
                next: next.clone(),
            },
        ),
        (
            "already",
            "#ffd400",
            ConfirmState::AlreadyConfirmed {
                named: s.news(),
                next,
            },
        ),
        (
            "expired",
            "#ffd400",
            ConfirmState::Expired {
                named: s.news(),
                form: s.form(),
            },
        ),
        (
            "sent",
            "#1b1464",
            ConfirmState::Sent {
                contact: s.news().contact,
            },
        ),
        ("invalid", "#1d5c63", ConfirmState::Invalid),
        (
            "limit",
            "#000000",
            ConfirmState::LimitReached {
                contact: s.news().contact,
            },
        ),
    ];
    for (name, accent, state) in confirm {
        let frame = s.frame(accent);
        add(
            &format!("confirm-{name}"),
            Confirm { frame, state }.render(),
        );
    }

    for (name, state) in [
        ("ask", UnsubscribeState::Ask(s.form())),
        ("done", UnsubscribeState::Done),
        ("already", UnsubscribeState::Already),
    ] {
        let page = Unsubscribe {
            frame: s.frame("#1b1464"),
            named: s.news(),
            manager: Some("/s/manage".to_owned()),
            state,
        };
        add(&format!("unsubscribe-{name}"), page.render());
    }

    for (name, kind) in [
        ("invalid", ProblemKind::InvalidLink),
        ("expired", ProblemKind::ExpiredLink),
        ("gone", ProblemKind::Gone),
        ("later", ProblemKind::TryLater),
        ("form", ProblemKind::BadForm),
    ] {
        let frame = s.frame("#1d5c63");
        add(&format!("problem-{name}"), Problem { frame, kind }.render());
    }

    let subscriptions = vec![s.news(), s.sales()];
    for (name, state) in [
        (
            "ask",
            LeaveState::Ask {
                subscriptions: subscriptions.clone(),
                form: s.form(),
            },
        ),
        ("done", LeaveState::Done { subscriptions }),
    ] {
        let page = Leave {
            frame: s.frame("#1d5c63"),
            manager: "/s/manage".to_owned(),
            state,
        };
        add(&format!("leave-{name}"), page.render());
    }

    add("manager", s.manager().render());
    let mut changed = s.manager();
    changed.notice = Some(s.changes());
    add("manager-changed", changed.render());
    let mut unchanged = s.manager();
    unchanged.frame.accent = Accent::parse("#ffd400").unwrap();
    unchanged.notice = Some(Vec::new());
    unchanged.subscriptions.clear();
    unchanged.leave = None;
    add("manager-empty", unchanged.render());
    let mut refused = s.manager();
    for (field, error) in refused.fields.iter_mut().skip(1).zip([
        Complaint::Required,
        Complaint::Phone,
        Complaint::Date,
        Complaint::Option,
        Complaint::Words(s.text("Please enter a number.", "Введите число.")),
        Complaint::TooLong,
        Complaint::Other,
    ]) {
        field.error = Some(error);
    }
    add("manager-refused", refused.render());

    let frame = s.frame("#8a2f5c");
    add("subscribe", s.subscribe().page(&frame));
    let mut refused = s.subscribe();
    for (field, error) in refused
        .fields
        .iter_mut()
        .zip([Complaint::Email, Complaint::Taken])
    {
        field.error = Some(error);
    }
    if let Some(consent) = &mut refused.consent {
        consent.missing = true;
    }
    add("subscribe-refused", refused.page(&frame));
    pages
}

/// The subscription form as it is put into a website.
pub fn snippet(language: Language, alter: Alter) -> String {
    Sampler { language, alter }.subscribe().snippet()
}

/// The messages, with their names.
pub fn messages(language: Language, alter: Alter) -> Vec<(String, Mail)> {
    let s = Sampler { language, alter };
    let own = Wording {
        subject: s.same("{resource}"),
        body: s.text(
            "Hi {contact},\nconfirm here: {link}\n\n{link}\n\nValid for {days}.",
            "Привет, {contact}!\nПодтвердите: {link}\n\n{link}\n\nСсылка живёт {days}.",
        ),
        button: s.text("Confirm", "Подтвердить"),
    };
    let messages = [
        ("message", s.message(false, Wording::default())),
        ("message-reminder", s.message(true, Wording::default())),
        ("message-own", s.message(false, own)),
    ];
    let named = messages.map(|(name, mail)| (format!("{name}.{}", language.tag()), mail));
    named.into()
}
