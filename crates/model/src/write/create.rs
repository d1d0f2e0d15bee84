//! Making a new profile of an item that matched none.

use super::Schema;
use super::command::Write;
use super::edits::{Edits, FieldEdit};
use super::leniency::{Leniency, Omissions};
use super::outcome::Env;
use super::subscribe::SubscriptionEdit;
use crate::Code;
use crate::control::ControlState;
use crate::error::Invalid;
use crate::functional::Op;
use crate::matching::Selector;
use crate::profile::Profile;
use crate::revise;
use crate::standing::ChangeContext;
use crate::status::Status;
use serde_json::Map;

/// A profile with nothing in it.
pub(crate) fn blank(schema: &Schema, by: &ChangeContext, env: &mut Env) -> Profile {
    Profile {
        id: (env.next_id)(),
        database: schema.database.id,
        revision: 1,
        status: Status::default(),
        status_by: by.party,
        created_at: env.now,
        updated_at: env.now,
        data: Map::new(),
        subscriptions: Vec::new(),
        former_keys: Vec::new(),
        control: ControlState::default(),
    }
}

/// Fills a new profile, and gives the complaints.
pub(crate) fn create(
    profile: &mut Profile,
    write: &Write,
    schema: &Schema,
    by: &mut ChangeContext,
    leniency: Leniency,
    left_out: &mut Omissions,
) -> Vec<Invalid> {
    if write.edits.status_unread {
        profile.status = Status::Unconfirmed;
    }
    let mut wrong = revise::apply(profile, &write.edits, schema, by, leniency, left_out);
    // What matched goes where the data lacks it, so that the next import with
    // the same values finds this profile.
    let lacks =
        |edit: &&FieldEdit| matches!(edit.op, Op::Add(_)) || !profile.data.contains_key(&edit.name);
    let fields = write.new_fields.iter().filter(lacks).cloned().collect();
    let lacks = |edit: &&SubscriptionEdit| {
        let mut list = profile.subscriptions.iter();
        !list.any(|s| s.is(edit.resource, &edit.contact))
    };
    let new = write.new_subscriptions.iter();
    let matched = Edits {
        fields,
        subscriptions: new.filter(lacks).cloned().collect(),
        ..Edits::default()
    };
    let strict = Leniency::default();
    wrong.extend(revise::apply(
        profile, &matched, schema, by, strict, left_out,
    ));
    wrong.extend(revise::complete(profile, &write.edits, schema));
    let findable = |selector: &Selector| selector.matches(profile, schema.database);
    if wrong.is_empty() && !write.selector.as_ref().is_none_or(findable) {
        wrong.push(Invalid::new(
            Code::MatchValueNotStored,
            "The new profile would not hold what it was matched by, so the next import would create it again: put the value into its data, or name resource_id to subscribe it.",
        ));
    }
    wrong
}
