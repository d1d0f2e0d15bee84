//! The languages that pages and messages are written in.

use crate::texts::{Texts, en, ru};
use roster_model::Channel;

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, also for everybody whose language isn't here.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 2] = [Language::En, Language::Ru];

    /// The language of a language tag (BCP 47): `ru`, `ru-RU` and `RU_ru` are
    /// Russian; any other tag, an empty one too, is English.
    pub fn of(tag: &str) -> Self {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("ru") {
            Language::Ru
        } else {
            Language::En
        }
    }

    /// Its tag, as in the attribute `lang`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ru => "ru",
        }
    }

    /// A number of days in words, ready to be put after "for" and "на":
    /// `1 day`, `14 days`; `1 день`, `2 дня`, `14 дней`.
    pub fn days(self, days: u32) -> String {
        let [one, few, many] = match self {
            Language::En => ["day", "days", "days"],
            Language::Ru => ["день", "дня", "дней"],
        };
        let word = match (self, days % 10, days % 100) {
            (Language::En, ..) if days == 1 => one,
            (Language::En, ..) => many,
            (Language::Ru, _, 11..=14) => many,
            (Language::Ru, 1, _) => one,
            (Language::Ru, 2..=4, _) => few,
            (Language::Ru, ..) => many,
        };
        // The space does not break, so a number never ends a line.
        format!("{days}\u{a0}{word}")
    }

    /// What people call a channel.
    pub fn channel(self, channel: Channel) -> &'static str {
        match (channel, self) {
            (Channel::Email, Language::En) => "Email",
            (Channel::Email, Language::Ru) => "Почта",
            (Channel::Sms, Language::En) => "Text message",
            (Channel::Sms, Language::Ru) => "СМС",
            (Channel::Push, Language::En) => "Push notification",
            (Channel::Push, Language::Ru) => "Пуш-уведомление",
            (Channel::TelegramBot, _) => "Telegram",
            (Channel::Whatsapp, _) => "WhatsApp",
            (Channel::Viber, _) => "Viber",
            (Channel::Notify, Language::En) => "Notification",
            (Channel::Notify, Language::Ru) => "Уведомление",
        }
    }

    /// Every fixed text in this language.
    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Language::En => &en::TEXTS,
            Language::Ru => &ru::TEXTS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_language_and_others_are_english() {
        for tag in ["ru", "ru-RU", "RU", "ru_RU", " ru-Cyrl-BY "] {
            assert_eq!(Language::of(tag), Language::Ru, "{tag}");
        }
        for tag in ["", "en", "de-DE", "rum", "rue-UA", "-ru"] {
            assert_eq!(Language::of(tag), Language::En, "{tag}");
        }
    }

    #[test]
    fn days_agree_with_their_number() {
        let ru = |n| Language::Ru.days(n).replace('\u{a0}', " ");
        for (n, words) in [
            (0, "0 дней"),
            (1, "1 день"),
            (2, "2 дня"),
            (4, "4 дня"),
            (5, "5 дней"),
            (11, "11 дней"),
            (12, "12 дней"),
            (14, "14 дней"),
            (21, "21 день"),
            (22, "22 дня"),
            (30, "30 дней"),
            (60, "60 дней"),
            (90, "90 дней"),
            (111, "111 дней"),
            (121, "121 день"),
        ] {
            assert_eq!(ru(n), words);
        }
        assert_eq!(Language::En.days(1), "1\u{a0}day");
        assert_eq!(Language::En.days(0), "0\u{a0}days");
        assert_eq!(Language::En.days(21), "21\u{a0}days");
    }
}
