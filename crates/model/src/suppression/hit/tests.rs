//! An entry is found by whom it means, and by nobody else.

use super::*;
use crate::email::Email;
use crate::phone::Phone;
use crate::suppression::EntryHints;
use proptest::prelude::*;

fn email(text: &str) -> Contact {
    Contact::Email(Email::parse(text).unwrap())
}

fn phone(text: &str) -> Contact {
    Contact::Sms(Phone::parse(text, None).unwrap())
}

fn entry(text: &str) -> Entry {
    Entry::parse(text, &EntryHints::default()).unwrap()
}

#[test]
fn keys_are_only_those_that_can_be_there() {
    let ann = email("Ann@News.X.org");
    assert_eq!(keys(&ann, Forms::NONE), [""; 0]);
    assert_eq!(keys(&ann, entry("b@y.org").forms()), ["ann@news.x.org"]);
    assert_eq!(keys(&ann, entry("@y.org").forms()), ["news.x.org"]);
    let below = entry("*.y.org").forms();
    assert_eq!(keys(&ann, below), ["news.x.org", "x.org", "org"]);
    assert_eq!(keys(&ann, entry("+4930901820").forms()), [""; 0]);
    let all = Forms::from_bits(-1);
    assert_eq!(keys(&ann, all).len(), 12);
    assert_eq!(keys(&email("a@[192.0.2.1]"), below), ["[192.0.2.1]"]);
    assert_eq!(keys(&phone("+4930901820"), all).len(), 3);
    let push = Contact::Push {
        provider: "web".to_owned(),
        subscription_id: "+4930901820".to_owned(),
    };
    assert_eq!(keys(&push, all), [""; 0]);
    let chat = Contact::TelegramBot {
        id: "+4930901820".to_owned(),
    };
    assert!(!entry("+4930901820").hits(&chat));
}

#[test]
fn a_domain_means_those_below_it_only_if_it_says_so() {
    let (at, below) = (email("a@x.org"), email("a@news.x.org"));
    let (alone, all) = (entry("@x.org"), entry("*.x.org"));
    assert!(alone.hits(&at) && all.hits(&at));
    assert!(!alone.hits(&below) && all.hits(&below));
    // Another one that merely ends alike.
    assert!(!all.hits(&email("a@max.org")));
    assert!(all.covers(&entry("@news.x.org")) && !alone.covers(&entry("@news.x.org")));
    assert!(!entry("a@x.org").covers(&alone) && alone.covers(&entry("a@x.org")));
}

#[test]
fn a_hash_means_what_its_kind_says() {
    let number = "+4930901820";
    let hash = Form::Md5.of(number);
    assert!(!entry(&hash).hits(&phone(number)));
    let given = EntryHints {
        kind: Some(Kind::Phone),
        ..EntryHints::default()
    };
    let entry = Entry::parse(&hash, &given).unwrap();
    assert!(entry.hits(&phone(number)));
    assert!(entry.hits(&Contact::Viber(Phone::parse(number, None).unwrap())));
    assert!(entry.covers(&entry) && entry.keys(Forms::NONE) == [hash.into_owned()]);
}

/// A name of few letters, so that names meet.
fn domain() -> impl Strategy<Value = String> {
    prop_oneof!["([a-b]\\.){0,2}(x\\.org|b\\.org)", "[a-b]{1,2}\\.example"]
}

fn contact() -> impl Strategy<Value = Contact> {
    let number = (0..20u32).prop_map(|n| phone(&format!("+49309018{n:02}")));
    prop_oneof![
        3 => ("[a-bA-B]{1,2}", domain()).prop_map(|(name, domain)| email(&format!("{name}@{domain}"))),
        1 => number,
    ]
}

/// An entry, plain or hashed, with the texts of whom it means.
fn any_entry() -> impl Strategy<Value = (Entry, Entry)> {
    let text = prop_oneof![
        ("[a-bA-B]{1,2}", domain()).prop_map(|(name, domain)| format!("{name}@{domain}")),
        domain().prop_map(|domain| format!("@{domain}")),
        domain().prop_map(|domain| format!("*.{domain}")),
        (0..20u32).prop_map(|n| format!("+49309018{n:02}")),
    ];
    (text, 0..3usize).prop_map(|(text, form)| {
        let plain = entry(&text);
        let form = Form::ALL[form];
        let hashed = Entry {
            form,
            key: form.of(&plain.key).into_owned(),
            ..plain.clone()
        };
        (plain, hashed)
    })
}

/// Whom an entry means, in other words than the code has.
fn means(plain: &Entry, contact: &Contact) -> bool {
    let text = contact.key();
    match (plain.kind, contact) {
        (Kind::Email, Contact::Email(_)) | (Kind::Phone, Contact::Sms(_)) => text == plain.key,
        (Kind::Domain, Contact::Email(_)) => {
            text.ends_with(&format!("@{}", plain.key))
                || (plain.subdomains && text.ends_with(&format!(".{}", plain.key)))
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn an_entry_is_found_by_whom_it_means_and_by_nobody_else(
        (plain, stored) in any_entry(), contact in contact(), others in 0..1024_i64,
    ) {
        let forms = stored.forms().with(Forms::from_bits(others));
        let keys = keys(&contact, forms);
        let found = keys.contains(&stored.key) && stored.hits(&contact);
        prop_assert_eq!(found, means(&plain, &contact));
        prop_assert_eq!(stored.hits(&contact), means(&plain, &contact));
        let distinct: std::collections::HashSet<&String> = keys.iter().collect();
        prop_assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn what_is_put_in_is_found_again((plain, stored) in any_entry()) {
        prop_assert!(plain.keys(stored.forms()).contains(&stored.key));
        prop_assert!(stored.covers(&plain) && stored.covers(&stored));
        prop_assert!(plain.same(stored.forms()).contains(&stored.key));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        if let Ok(entry) = Entry::parse(&text, &EntryHints::default()) {
            // Once more changes nothing.
            let given = EntryHints { kind: Some(entry.kind), ..EntryHints::default() };
            let again = Entry::parse(&entry.key, &given).unwrap();
            prop_assert_eq!((again.key, again.form), (entry.key, entry.form));
        }
    }
}
