//! What was changed, told to the person: compared, not remembered, so that the
//! notice says what is true.

use super::inputs;
use crate::public::visit::{Visit, named};
use roster_model::{Profile, Status, Subscription};
use roster_pages::{Change, Control, Input};

/// The differences between a profile and what it was.
pub(super) fn changes(visit: &Visit, before: &Profile) -> Vec<Change> {
    let mut changes = Vec::new();
    for input in inputs(visit, None) {
        let name = input.name.split_once('.').map_or("", |(_, name)| name);
        if visit.profile.data.get(name) != before.data.get(name) {
            let value = in_words(&input);
            changes.push(Change::Field {
                label: input.label,
                value,
            });
        }
    }
    for now in &visit.profile.subscriptions {
        let mut old = before.subscriptions.iter();
        let old = old.find(|old| old.is(now.resource, &now.contact));
        if let Some(old) = old {
            subscription(visit, old, now, &mut changes);
        }
    }
    changes
}

fn subscription(visit: &Visit, old: &Subscription, now: &Subscription, changes: &mut Vec<Change>) {
    let Some(resource) = visit.resource(now) else {
        return;
    };
    let moved = old.status != now.status || old.suspended_until != now.suspended_until;
    match now.status {
        Status::Unsubscribed if moved => changes.push(Change::Unsubscribed(named(now, resource))),
        Status::Subscribed if moved => changes.push(Change::Resumed(named(now, resource))),
        Status::Suspended if moved => {
            let until = now.suspended_until.map_or(0, |until| until.ms());
            let days = (until - now.updated_at.ms()).max(0) / super::DAY_MS;
            changes.push(Change::Suspended {
                named: named(now, resource),
                days: u32::try_from(days).unwrap_or_default(),
            });
        }
        _ => {}
    }
    for category in &resource.categories {
        let topic = || category.title.clone();
        let resource = || resource.name.clone();
        let had = old.categories.contains(&category.name);
        let has = now.categories.contains(&category.name);
        if has && !had {
            changes.push(Change::TopicAdded {
                resource: resource(),
                topic: topic(),
            });
        } else if had && !has {
            changes.push(Change::TopicRemoved {
                resource: resource(),
                topic: topic(),
            });
        }
    }
}

fn in_words(input: &Input) -> String {
    match &input.control {
        Control::Text(text)
        | Control::Email(text)
        | Control::Fixed(text)
        | Control::Tel(text)
        | Control::Date(text)
        | Control::Number { value: text, .. } => text.clone(),
        Control::Lines(text) => text.replace('\n', ", "),
        Control::Checkbox(yes) => if *yes { "✓" } else { "" }.to_owned(),
        Control::Select { options, chosen } => {
            let mut options = options.iter();
            let found = options.find(|(value, _)| value == chosen);
            found.map_or_else(|| chosen.clone(), |(_, title)| title.clone())
        }
    }
}
