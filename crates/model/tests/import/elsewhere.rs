//! Anyone who left, is suppressed or was ended as a whole and comes elsewhere in a file is
//! there as they were here, whatever form the file has.

use crate::support::{Store, at, created};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use roster_model::condition::is_deliverable;
use roster_model::export::take_columns;
use roster_model::import::{Columns, ImportSettings, Plan, Row, propose};
use roster_model::read::Members;
use roster_model::restrictions::{Outlook, Restrictions};
use roster_model::write::Outcome;
use roster_model::{
    Contact, Email, Origin, Party, Profile, ResourceId, Standing, Status, Subscription,
};
use serde_json::{Map, Value, json};

/// What stands against a contact, beside its subscriptions.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Restriction {
    Nothing,
    Suppressed,
    Left,
}

fn contact(place: i64) -> Contact {
    Contact::Email(Email::parse(&format!("p{place}@x.org")).unwrap())
}

/// One profile with some subscriptions to resource 1, stored as they are.
fn profile(global: Status, subscriptions: &[(Status, Party, Option<i64>)]) -> Profile {
    let mut store = Store::new();
    let id = created(store.import("email", json!({ "email": "ann@x.org" })));
    let mut profile = store.profiles[&id].clone();
    profile.status = global;
    let all = subscriptions.iter().zip(0..);
    profile.subscriptions = all
        .map(|((status, by, since), place)| Subscription {
            resource: ResourceId::new(1).unwrap(),
            contact: contact(place),
            status: *status,
            status_by: *by,
            status_at: since.map(at),
            suspended_until: None,
            priority: place,
            categories: Vec::new(),
            left_categories: Default::default(),
            custom_fields: Map::new(),
            registered_at: None,
            ip: None,
            url: None,
            deleted: false,
            created_at: at(0),
            updated_at: at(0),
        })
        .collect();
    profile
}

fn standings() -> impl Strategy<Value = Vec<(Status, Party, Option<i64>)>> {
    let status = prop::sample::select(Status::ALL.to_vec());
    let by = prop::sample::select(vec![
        Party::Person,
        Party::Provider,
        Party::Api,
        Party::Import,
    ]);
    vec((status, by, of(-1_000_000..-1000i64)), 1..5)
}

/// What there is of a profile in a file: names and values.
fn exported(
    profile: &Profile,
    outlook: &Outlook,
    body: &Value,
    store: &Store,
) -> Vec<(String, Option<Value>, String)> {
    let mut members = Members::of(body).unwrap();
    let columns = take_columns(&mut members, &store.schema());
    members.finish().unwrap();
    let told = columns.iter().map(|column| {
        let value = column.value(profile, outlook);
        let text = value
            .as_ref()
            .map(|value| column.text(value, ";").into_owned());
        (column.name(), value, text.unwrap_or_default())
    });
    told.collect()
}

/// Imports it into an empty store by what is proposed for it, or by a mapping that takes
/// the contacts alone.
fn imported(
    told: &[(String, Option<Value>, String)],
    cells: bool,
    by_hand: bool,
) -> (Store, Outcome) {
    let mut store = Store::new();
    let names: Vec<String> = told.iter().map(|(name, ..)| name.clone()).collect();
    let cell = |index: usize| told.get(index).map(|(_, _, text)| text.as_str());
    let record: Map<String, Value> = told
        .iter()
        .filter_map(|(name, value, _)| Some((name.clone(), value.clone()?)))
        .collect();
    let row = match cells {
        true => Row::Cells(&cell),
        false => Row::Record(&record),
    };
    let mut settings = match by_hand {
        true => json!({"mapping": [
            {"column": "email", "to": {"field": "email"}},
            {"column": "subscriptions/1/email",
                "to": {"subscription": {"resource_id": 1, "channel": "email"}}},
        ]}),
        false => propose(&names, &[row], &store.schema()).settings,
    };
    settings["separator"] = json!(";");
    let settings = ImportSettings::parse(&settings, &store.schema()).unwrap();
    let columns = match cells {
        true => Columns::Text(&names),
        false => Columns::Records,
    };
    let plan = Plan::new(&settings, columns, &store.schema()).unwrap();
    let command = plan.prepare(row, &store.schema()).unwrap();
    store.origin = Origin::Import;
    let outcome = store.run(&[command]).remove(0).unwrap();
    (store, outcome)
}

proptest! {
    #[test]
    fn nobody_is_woken_by_being_exported_and_imported_elsewhere(
        global in prop::sample::select(Status::ALL.to_vec()),
        subscriptions in standings(),
        stands in vec(prop::sample::select(vec![Restriction::Nothing, Restriction::Suppressed, Restriction::Left]), 5),
        with_status in any::<bool>(),
    ) {
        let here = Store::new();
        let profile = profile(global, &subscriptions);
        let resource = &here.resources[0];
        let mut against = Restrictions::default();
        let left = Standing { status: Status::Unsubscribed, by: Party::Person };
        for (one, stand) in profile.subscriptions.iter().zip(&stands) {
            match stand {
                Restriction::Nothing => {}
                Restriction::Suppressed => against.suppress(&one.contact),
                Restriction::Left => against.leave(one.resource, &one.contact, left, at(-5000)),
            }
        }
        let mut outlook = Outlook::default();
        for one in &profile.subscriptions {
            outlook.add_barrier(&profile, one, &against);
        }
        let fields = if with_status { json!(["email", "_status"]) } else { json!(["email"]) };
        let contacts = json!({"fields": fields,
            "subscriptions": [{"resource_id": 1, "channel": "email"}]});
        let whole = json!({"fields": fields, "subscriptions": "json"});
        for (body, cells, by_hand) in [
            (&contacts, true, false), (&contacts, false, false), (&whole, true, false),
            (&whole, false, false), (&contacts, true, true), (&contacts, false, true),
        ] {
            let told = exported(&profile, &outlook, body, &here);
            let (there, outcome) = imported(&told, cells, by_hand);
            let new = &there.profiles[&outcome.id];
            prop_assert_eq!(new.subscriptions.len(), profile.subscriptions.len(), "{:?}", told);
            for (one, stand) in profile.subscriptions.iter().zip(&stands) {
                let same = new.subscriptions.iter().find(|s| s.contact.same(&one.contact)).unwrap();
                let what = format!("{body} {cells} {by_hand} {one:?} {same:?} {told:?}");
                let nothing = Restrictions::default();
                if !is_deliverable(&profile, one, resource, None, &against, at(0)) {
                    prop_assert!(!is_deliverable(new, same, resource, None, &nothing, at(0)), "{}", what);
                }
                let held_whole = global != Status::Subscribed && (!with_status || by_hand);
                if one.standing().is_protected() {
                    prop_assert_eq!(same.status, one.status, "{}", &what);
                    prop_assert_eq!(same.status_by, one.status_by, "{}", &what);
                    prop_assert_eq!(same.status_at.unwrap(), one.status_at.unwrap_or(one.created_at), "{}", &what);
                } else if *stand == Restriction::Left {
                    prop_assert_eq!(same.standing(), left, "{}", &what);
                    prop_assert_eq!(same.status_at, Some(at(-5000)), "{}", &what);
                } else if *stand == Restriction::Suppressed || held_whole {
                    prop_assert_eq!(same.status, Status::Unsubscribed, "{}", &what);
                } else {
                    prop_assert_eq!(same.status, one.status, "{}", &what);
                }
            }
        }
    }
}
