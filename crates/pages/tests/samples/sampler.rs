//! The parts that sample views are made of, in one language.

use super::Alter;
use roster_model::{Channel, Status};
use roster_pages::{
    Accent, Action, Change, Consent, Control, Date, Entry, Form, Frame, Input, Language, Mail,
    Manager, OptIn, Subscribe, SubscriptionLabel, Topic, Wording,
};

/// The texts of the samples in one language.
pub(super) struct Sampler<'a> {
    pub(super) language: Language,
    pub(super) alter: Alter<'a>,
}

impl Sampler<'_> {
    /// One of the two texts, altered.
    pub(super) fn text(&self, en: &str, ru: &str) -> String {
        (self.alter)(match self.language {
            Language::En => en,
            Language::Ru => ru,
        })
    }

    pub(super) fn same(&self, text: &str) -> String {
        (self.alter)(text)
    }

    pub(super) fn frame(&self, accent: &str) -> Frame {
        Frame {
            language: self.language,
            title: self.text("Harbour Books", "Книжная гавань"),
            accent: Accent::parse(accent).unwrap(),
        }
    }

    pub(super) fn form(&self) -> Form {
        Form {
            action: self.same("/s/act"),
            hidden: vec![(self.same("token"), self.same("c29tZXRoaW5n"))],
        }
    }

    pub(super) fn news(&self) -> SubscriptionLabel {
        SubscriptionLabel {
            resource: self.text("New arrivals", "Новинки недели"),
            contact: self.same("marina.kovaleva@example.org"),
        }
    }

    pub(super) fn sales(&self) -> SubscriptionLabel {
        SubscriptionLabel {
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

    fn entry(&self, named: SubscriptionLabel, channel: Channel, status: Status) -> Entry {
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

    pub(super) fn manager(&self) -> Manager {
        Manager {
            frame: self.frame("#1d5c63"),
            form: self.form(),
            fields: self.fields(),
            subscriptions: self.entries(),
            leave: Some("/s/leave".to_owned()),
            notice: None,
        }
    }

    pub(super) fn changes(&self) -> Vec<Change> {
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

    pub(super) fn subscribe(&self) -> Subscribe {
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

    pub(super) fn message(&self, reminder: bool, wording: Wording) -> Mail {
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
