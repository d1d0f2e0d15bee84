//! Who enters the global suppression list by a write, and how far it holds.

use crate::support::{Store, mail};
use roster_model::write::prepare_delete;
use roster_model::{Contact, DatabaseId, Email, ResourceId};
use serde_json::json;

#[test]
fn a_write_for_one_database_bans_nobody_whom_it_does_not_know() {
    for status in ["hardbounced", "complained"] {
        let person = |email: &str| {
            json!({"email": email, "subscriptions": [
                {"resource_id": 1, "channel": "email", "email": email, "status": status}]})
        };
        let whole = json!({"email": "c@x.org", "_status": status});
        for stranger in [person("c@x.org"), whole] {
            let mut store = Store::new();
            store.speaks_for_all = false;
            store.import("email", stranger.clone()).unwrap();
            assert_eq!(store.banned, [], "{stranger}");
            // Here it holds all the same, and nowhere else.
            let contact = Contact::Email(Email::parse("c@x.org").unwrap());
            let (here, elsewhere) = (store.database.id, DatabaseId::new(9).unwrap());
            let one = ResourceId::new(1).unwrap();
            let stands = |database| store.endings.against(&contact, database, one);
            assert_eq!(stands(here).unwrap().standing.status.as_str(), status);
            assert_eq!(stands(elsewhere), None);
            // Nor does it reach further by deleting them.
            let gone = prepare_delete(store.id(1), None, &store.schema());
            store.run(&[gone]).remove(0).unwrap();
            assert_eq!(store.endings.against(&contact, elsewhere, one), None);
        }
        // Whom the database knows is banned, as by an event.
        let mut store = Store::new();
        store.speaks_for_all = false;
        let known = json!({"email": "a@x.org", "subscriptions": [mail("b@x.org")]});
        store.import("email", known).unwrap();
        let data = json!({"email": "a@x.org", "subscriptions": [
            {"resource_id": 1, "channel": "email", "email": "a@x.org", "status": status},
            {"resource_id": 1, "channel": "email", "email": "b@x.org", "status": status},
            {"resource_id": 1, "channel": "email", "email": "c@x.org", "status": status}]});
        store.import("email", data).unwrap();
        let banned: Vec<String> = store
            .banned
            .iter()
            .map(|b| b.contact.key().into())
            .collect();
        assert_eq!(banned, ["b@x.org", "a@x.org"]);
        // A token for all databases bans strangers too.
        let mut store = Store::new();
        store.import("email", person("c@x.org")).unwrap();
        assert_eq!(store.banned.len(), 1);
    }
}

#[test]
fn a_profile_that_bounced_or_complained_as_a_whole_does_so_by_its_addresses() {
    for status in ["hardbounced", "complained"] {
        let mut store = Store::new();
        let data = json!({"email": "a@x.org", "phones": ["+442079460018"], "_status": status,
            "subscriptions": [mail("b@x.org")]});
        store.import("email", data.clone()).unwrap();
        let banned = |store: &Store| -> Vec<String> {
            let all = store.banned.iter();
            all.map(|one| one.contact.key().into()).collect()
        };
        assert_eq!(banned(&store), ["a@x.org", "b@x.org"], "no number bounced");
        let elsewhere = DatabaseId::new(9).unwrap();
        for (email, stands) in [("a@x.org", true), ("b@x.org", true), ("d@x.org", false)] {
            let contact = Contact::Email(Email::parse(email).unwrap());
            let one = ResourceId::new(1).unwrap();
            let against = store.endings.against(&contact, elsewhere, one);
            assert_eq!(against.is_some(), stands, "{email}");
        }
        store.import("email", data).unwrap();
        assert_eq!(banned(&store).len(), 2, "said again, it is no news");
        // An address that comes later didn't bounce.
        let later = json!({"email": "a@x.org", "subscriptions": [mail("d@x.org")]});
        store.import("email", later).unwrap();
        assert_eq!(banned(&store).len(), 2);
        // Where there is no address, a number is what it was said of.
        let mut store = Store::new();
        let data = json!({"phones": ["+442079460018"], "_status": status});
        store.import("phone", data).unwrap();
        assert!(!store.banned.is_empty());
        let mut store = Store::new();
        store
            .import(
                "email",
                json!({"email": "a@x.org", "_status": "unsubscribed"}),
            )
            .unwrap();
        assert_eq!(store.banned, []);
    }
}
