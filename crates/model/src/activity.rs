//! The activity fields: that and when something happened to or through a message
//! (spec/altcraft.md 11). Events write them, everybody may read, list, search and
//! export them and ask for them in conditions, and nobody else writes them.

use crate::channel::Channel;
use crate::field::{Field, FieldType};
use crate::id::FieldId;
use crate::standard::SYSTEM_FIELDS;
use crate::write::EventKind;
use std::sync::LazyLock;

/// The two fields of one kind of activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Activity {
    /// Whether it ever happened; a boolean.
    pub exists: &'static str,
    /// When it happened last; a date.
    pub date: &'static str,
    /// What people see.
    title: &'static str,
}

impl Activity {
    const fn new(exists: &'static str, date: &'static str, title: &'static str) -> Self {
        Activity {
            exists,
            date,
            title,
        }
    }
}

const DELIVERED: Activity = Activity::new("_deliv_exist", "_deliv_date", "Message delivered");
const DELIVERED_SMS: Activity =
    Activity::new("_deliv_sms_exist", "_deliv_sms_date", "SMS delivered");
const DELIVERED_PUSH: Activity =
    Activity::new("_deliv_push_exist", "_deliv_push_date", "Push delivered");
const OPENED: Activity = Activity::new("_open_exist", "_open_date", "Message opened");
const OPENED_PUSH: Activity = Activity::new("_open_push_exist", "_open_push_date", "Push opened");
const READ: Activity = Activity::new("_read_exist", "_read_date", "Message read");
const CLICKED: Activity = Activity::new("_click_exist", "_click_date", "Link followed");
const CLICKED_SMS: Activity = Activity::new(
    "_click_sms_exist",
    "_click_sms_date",
    "Link in an SMS followed",
);
const CLICKED_PUSH: Activity = Activity::new(
    "_click_push_exist",
    "_click_push_date",
    "Link in a push followed",
);
const CONFIRMED: Activity =
    Activity::new("_confirm_exist", "_confirm_date", "Subscription confirmed");
const UNSUBSCRIBED: Activity = Activity::new("_unsub_exist", "_unsub_date", "Unsubscribed");
const COMPLAINED: Activity = Activity::new("_complaint_exist", "_complaint_date", "Complained");
const SOFT_BOUNCED: Activity =
    Activity::new("_soft_bounce_exist", "_soft_bounce_date", "Soft bounce");
const HARD_BOUNCED: Activity =
    Activity::new("_hard_bounce_exist", "_hard_bounce_date", "Hard bounce");

/// All of them, in the order of their fields' ids.
const ALL: [Activity; 14] = [
    DELIVERED,
    DELIVERED_SMS,
    DELIVERED_PUSH,
    OPENED,
    OPENED_PUSH,
    READ,
    CLICKED,
    CLICKED_SMS,
    CLICKED_PUSH,
    CONFIRMED,
    UNSUBSCRIBED,
    COMPLAINED,
    SOFT_BOUNCED,
    HARD_BOUNCED,
];

/// What an event is noted as, if it is.
pub(crate) fn noted(kind: &EventKind, channel: Channel) -> Option<Activity> {
    Some(match (kind, channel) {
        (EventKind::Delivered, Channel::Push) => DELIVERED_PUSH,
        (EventKind::Delivered, Channel::Sms) => DELIVERED_SMS,
        (EventKind::Delivered, _) => DELIVERED,
        (EventKind::Opened, Channel::Push) => OPENED_PUSH,
        (EventKind::Opened, _) => OPENED,
        (EventKind::Read, _) => READ,
        (EventKind::Clicked, Channel::Push) => CLICKED_PUSH,
        (EventKind::Clicked, Channel::Sms) => CLICKED_SMS,
        (EventKind::Clicked, _) => CLICKED,
        (EventKind::Confirmed, _) => CONFIRMED,
        (EventKind::Unsubscribed, _) => UNSUBSCRIBED,
        (EventKind::Complained, _) => COMPLAINED,
        (EventKind::SoftBounce, _) => SOFT_BOUNCED,
        (EventKind::HardBounce, _) => HARD_BOUNCED,
        (EventKind::Undelivered | EventKind::Custom(_), _) => return None,
    })
}

/// The activity fields, which every database has beside its own.
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// The activity field with this name.
pub(crate) fn field(name: &str) -> Option<&'static Field> {
    // Most names are no system's, and are asked for by the thousand.
    let mut all = FIELDS
        .iter()
        .take(if name.starts_with('_') { usize::MAX } else { 0 });
    all.find(|field| field.name == name)
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let kinds = [FieldType::Boolean, FieldType::Date];
    let pairs = ALL.iter().flat_map(|one| {
        let titles = [one.title.to_owned(), format!("{}, last time", one.title)];
        [one.exists, one.date].into_iter().zip(titles).zip(kinds)
    });
    let made = pairs
        .zip(SYSTEM_FIELDS)
        .filter_map(|(((name, title), kind), id)| {
            let mut field = Field::new(FieldId::new(id)?, name, kind);
            field.standard = true;
            field.title = title;
            field.position = id;
            Some(field)
        });
    made.collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::{FIRST_CUSTOM_FIELD, standard_fields};

    #[test]
    fn activity_fields_are_sound_named_once_and_the_systems() {
        let all = fields();
        assert_eq!(all.len(), 2 * ALL.len());
        let standard = standard_fields();
        for (index, one) in all.iter().enumerate() {
            assert_eq!(one.check_definition(), Ok(()), "{}", one.name);
            assert!(one.is_system() && one.id < FIRST_CUSTOM_FIELD);
            let mut others = all[..index].iter().chain(&standard);
            assert!(others.all(|other| other.name != one.name && other.id != one.id));
            assert_eq!(field(&one.name), Some(one));
        }
        assert!(standard.iter().all(|one| !one.is_system()));
        assert_eq!(field("_open_dates"), None);
        assert_eq!(field("open_date"), None);
    }
}
