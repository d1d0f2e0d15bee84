//! The categories of a subscription, and those that were left: one that was left stays
//! so, as leaving altogether does, until the person or somebody with a reason says
//! otherwise.

use crate::Code;
use crate::ending::{Ending, Reach, weight};
use crate::error::{Invalid, excerpt};
use crate::lifecycle::Standing;
use crate::origin::Party;
use crate::readers::text_of;
use crate::resource::Resource;
use crate::standing::ChangeContext;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::text::clean;
use crate::time::Timestamp;
use crate::value;
use crate::write::subscribe::{CategoryOp, SubscriptionEdit};
use serde_json::Value;
use std::collections::BTreeMap;

/// Who left a category, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftCategory {
    /// Whose will it was.
    pub by: Party,
    /// When.
    pub at: Timestamp,
}

impl LeftCategory {
    /// As a status stands: only who may undo leaving altogether may undo this.
    pub(crate) fn standing(self) -> Standing {
        Standing {
            status: Status::Unsubscribed,
            by: self.by,
        }
    }
}

/// Those that a subscription's history shows as left; nothing of what is none.
pub(crate) fn left_of_history(shown: &Value) -> LeftCategories {
    let all = shown.as_array().into_iter().flatten();
    let all = all.filter_map(|one| {
        let by = one.get("left_by").and_then(Value::as_str);
        let left = LeftCategory {
            by: by.and_then(Party::left_by).unwrap_or(Party::Import),
            at: one.get("left_at")?.as_str()?.parse().ok()?,
        };
        Some((one.get("name")?.as_str()?.to_owned(), left))
    });
    all.collect()
}

/// Categories that were left, by name.
pub type LeftCategories = BTreeMap<String, LeftCategory>;

/// What an edit says of a category that was left before; `by` and `at` where it says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CategoryOptOut {
    pub name: String,
    pub by: Option<Party>,
    pub at: Option<Timestamp>,
}

/// The categories of a subscription after an edit.
pub(crate) struct CategoryState {
    pub categories: Vec<String>,
    pub left: LeftCategories,
    /// What stood against a category that somebody agreed to again.
    pub lifted: Vec<Ending>,
}

/// What an edit makes of the categories of a subscription, if it says anything of them. One that was left doesn't
/// come back: that is refused where just this was asked for, and else a note.
pub(crate) fn chosen(
    old: Option<&Subscription>,
    edit: &SubscriptionEdit,
    resource: &Resource,
    by: &ChangeContext,
    lenient: bool,
    notes: &mut Vec<Invalid>,
) -> Result<Option<CategoryState>, Vec<Invalid>> {
    if edit.categories.is_none() && edit.left_categories.is_empty() {
        return Ok(None);
    }
    let mut chosen = CategoryState {
        categories: old.map(|old| old.categories.clone()).unwrap_or_default(),
        left: old
            .map(|old| old.left_categories.clone())
            .unwrap_or_default(),
        lifted: Vec::new(),
    };
    let mut kept = Vec::new();
    if let Some(op) = &edit.categories {
        let had = std::mem::take(&mut chosen.categories);
        chosen.categories = applied(&had, op);
        let left = |name: &&String| edit.left_categories.iter().any(|one| one.name == **name);
        for name in op.named().iter().filter(|name| !left(name)) {
            if let Err(invalid) = chosen.regain(name, edit, by) {
                kept.push(invalid.at("cats"));
            }
        }
        // Only they themselves say by what they don't choose that they don't want it.
        let known = resource.categories.iter().filter(|one| !one.steady);
        let known = known.map(|one| &one.name);
        for name in known.filter(|name| by.party == Party::Person && op.gives_up(name, &had)) {
            chosen.leave(name, by.party, None, by);
        }
    }
    for left in &edit.left_categories {
        chosen.leave(&left.name, left.by.unwrap_or(by.party), left.at, by);
    }
    if !kept.is_empty() && by.party == Party::Api && !lenient {
        return Err(kept);
    }
    notes.append(&mut kept);
    Ok(Some(chosen))
}

impl CategoryState {
    /// Notes that a category was left. That the person left it by themselves stays true,
    /// whatever is said later.
    fn leave(&mut self, name: &str, by: Party, at: Option<Timestamp>, who: &ChangeContext) {
        self.categories.retain(|one| one != name);
        let left = LeftCategory {
            by,
            at: at.map_or(who.now, |at| at.min(who.now)),
        };
        match self.left.get(name) {
            Some(known) if weight(known.standing()) >= weight(left.standing()) => {}
            _ => {
                self.left.insert(name.to_owned(), left);
            }
        }
    }

    /// Lets a category that is named be had again, unless it was left and stays so.
    fn regain(
        &mut self,
        name: &str,
        edit: &SubscriptionEdit,
        by: &ChangeContext,
    ) -> Result<(), Invalid> {
        let against = by.against_category(&edit.contact, edit.resource, name);
        let elsewhere = against.as_ref().map(|ending| LeftCategory {
            by: ending.standing.by,
            at: ending.at,
        });
        let own = self.left.get(name).copied();
        let all = own.into_iter().chain(elsewhere);
        let Some(left) = all.max_by_key(|left| weight(left.standing())) else {
            return Ok(());
        };
        let resubscribe = edit.resubscribe || by.resubscribe;
        let to = Status::Subscribed;
        if left.standing().moved(to, by.party, resubscribe).is_ok() {
            self.left.remove(name);
            self.lifted.push(against.unwrap_or_else(|| Ending {
                contact: edit.contact.clone(),
                category: Some(name.to_owned()),
                reach: Reach::resource(edit.resource),
                standing: left.standing(),
                at: left.at,
                noted_at: left.at,
                how: String::new(),
                told_in: Some(by.database),
            }));
            return Ok(());
        }
        self.leave(name, left.by, Some(left.at), by);
        let detail = format!(
            "They left {} (set by: {}), so it stays left. If they agreed again, say so with resubscribe: true and a reason.",
            excerpt(name),
            left.by.as_str()
        );
        Err(Invalid::new(Code::CategoryLeft, detail))
    }
}

impl Subscription {
    /// Notes that a category was left, as its contact stands.
    pub(crate) fn leave(&mut self, name: &str, ending: &Ending) {
        let left = LeftCategory {
            by: ending.standing.by,
            at: ending.at,
        };
        self.categories.retain(|one| one != name);
        let known = self.left_categories.get(name).copied();
        if known.is_none_or(|known| weight(known.standing()) < weight(left.standing())) {
            self.left_categories.insert(name.to_owned(), left);
        }
    }
}

impl CategoryOp {
    /// The categories that it gives.
    pub fn named(&self) -> &[String] {
        match self {
            CategoryOp::Set(names) | CategoryOp::Add(names) => names,
            CategoryOp::Delete(_) => &[],
        }
    }

    /// Whether it says of somebody who had some categories that they don't want this one.
    fn gives_up(&self, name: &String, had: &[String]) -> bool {
        match self {
            CategoryOp::Set(names) => had.contains(name) && !names.contains(name),
            CategoryOp::Delete(names) => names.contains(name),
            CategoryOp::Add(_) => false,
        }
    }
}

fn applied(had: &[String], op: &CategoryOp) -> Vec<String> {
    let had = had.iter();
    match op {
        CategoryOp::Set(names) => names.clone(),
        CategoryOp::Add(names) => {
            let mut all: Vec<String> = had.cloned().collect();
            for name in names {
                if !all.contains(name) {
                    all.push(name.clone());
                }
            }
            all
        }
        CategoryOp::Delete(names) => had.filter(|name| !names.contains(name)).cloned().collect(),
    }
}

/// Reads `left_cats`: names, or objects with `name`, `left_by` and `left_at`. `null` says
/// nothing. What the resource has no more is kept too: it may come back.
pub(crate) fn left_before(
    given: &Value,
    left_by: impl Fn(&Value) -> Result<Option<Party>, Invalid>,
    left_at: impl Fn(&Value) -> Result<Option<Timestamp>, Invalid>,
) -> Result<Vec<CategoryOptOut>, Invalid> {
    let items = match given {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items.as_slice(),
        _ => {
            let detail =
                "left_cats is an array of names, or of objects with name, left_by and left_at.";
            return Err(Invalid::new(Code::WrongType, detail));
        }
    };
    let mut all: Vec<CategoryOptOut> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let read = match item {
            Value::Object(members) => {
                let mut left = CategoryOptOut::default();
                let mut members = members.iter();
                let read = members.try_for_each(|(member, given)| {
                    let read = match member.as_str() {
                        "name" => category_name(given).map(|name| left.name = name),
                        "left_by" => left_by(given).map(|party| left.by = party),
                        "left_at" => left_at(given).map(|time| left.at = time),
                        _ => {
                            let detail = "A category that was left has name, left_by and left_at.";
                            Err(Invalid::new(Code::UnknownMember, detail))
                        }
                    };
                    read.map_err(|invalid| invalid.at(member))
                });
                match read {
                    Ok(()) if left.name.is_empty() => {
                        Err(Invalid::new(Code::Required, "It needs a name.").at("name"))
                    }
                    read => read.map(|()| left),
                }
            }
            name => category_name(name).map(|name| CategoryOptOut {
                name,
                ..CategoryOptOut::default()
            }),
        };
        let left = read.map_err(|invalid| invalid.at_index(index))?;
        if !all.iter().any(|one| one.name == left.name) {
            all.push(left);
        }
    }
    if all.len() > value::MAX_TAGS {
        let most = value::MAX_TAGS;
        let detail = format!("{} categories: at most {most} fit.", all.len());
        return Err(Invalid::new(Code::TooMany, detail));
    }
    Ok(all)
}

fn category_name(given: &Value) -> Result<String, Invalid> {
    let name = clean(text_of(given)?, value::MAX_TAG_CHARS)?;
    match name.is_empty() {
        true => Err(Invalid::new(Code::Empty, "A category has a name.")),
        false => Ok(name),
    }
}
