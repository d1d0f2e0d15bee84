//! Every view in every state, for the tests and for the browser checks: each
//! text passes through `alter`, so that it can be made hostile.

mod sampler;

use roster_pages::{
    Accent, Complaint, Confirm, ConfirmState, Language, Leave, LeaveState, Mail, Page, Problem,
    ProblemKind, Unsubscribe, UnsubscribeState, Wording,
};
use sampler::Sampler;

/// Changes a text before it is put into a view.
pub type Alter<'a> = &'a dyn Fn(&str) -> String;

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
                lead: String::new(),
                button: String::new(),
            },
        ),
        (
            "confirmed",
            "#1d5c63",
            ConfirmState::Confirmed {
                named: s.news(),
                next: next.clone(),
                lead: String::new(),
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
            named: Some(s.news()),
            manager: Some("/s/manage".to_owned()),
            state,
        };
        add(&format!("unsubscribe-{name}"), page.render());
        let unnamed = Unsubscribe {
            named: None,
            manager: None,
            ..page
        };
        add(&format!("unsubscribe-{name}-unnamed"), unnamed.render());
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
