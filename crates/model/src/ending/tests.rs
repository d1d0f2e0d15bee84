//! What stands against whom.

use super::*;
use crate::email::Email;

fn contact() -> Contact {
    Contact::Email(Email::parse("ada@example.org").unwrap())
}

fn database(id: i64) -> DatabaseId {
    DatabaseId::new(id).unwrap()
}

fn resource(id: i64) -> ResourceId {
    ResourceId::new(id).unwrap()
}

fn ending(reach: Reach, status: Status, by: Party, ms: i64) -> Ending {
    Ending {
        contact: contact(),
        category: None,
        reach,
        standing: Standing { status, by },
        at: Timestamp::from_ms(ms),
        noted_at: Timestamp::from_ms(ms),
        how: "api".to_owned(),
        told_in: None,
    }
}

fn status(endings: &[Ending], of: i64, to: i64) -> Option<Status> {
    let found = against(endings, database(of), resource(to));
    found.map(|ending| ending.standing.status)
}

#[test]
fn what_ended_holds_as_far_as_it_reaches() {
    use Status::Unsubscribed;
    let by = Party::Person;
    let one = [ending(Reach::resource(resource(1)), Unsubscribed, by, 1)];
    assert_eq!(status(&one, 1, 1), Some(Unsubscribed));
    assert_eq!(status(&one, 2, 1), Some(Unsubscribed), "in any database");
    assert_eq!(status(&one, 1, 2), None);
    let all = [ending(Reach::database(database(1)), Unsubscribed, by, 1)];
    assert_eq!(status(&all, 1, 7), Some(Unsubscribed));
    assert_eq!(status(&all, 2, 7), None);
    let everything = [ending(Reach::EVERYTHING, Status::Hardbounced, by, 1)];
    assert_eq!(status(&everything, 2, 7), Some(Status::Hardbounced));
}

#[test]
fn what_weighs_most_is_told() {
    let endings = [
        ending(
            Reach::resource(resource(1)),
            Status::Unsubscribed,
            Party::Api,
            1,
        ),
        ending(Reach::EVERYTHING, Status::Complained, Party::Provider, 2),
    ];
    assert_eq!(status(&endings, 1, 1), Some(Status::Complained));
}

#[test]
fn agreeing_to_one_resource_anew_leaves_the_others_ended() {
    let left = ending(
        Reach::database(database(1)),
        Status::Unsubscribed,
        Party::Person,
        5,
    );
    let back = |ms| {
        ending(
            Reach::resource(resource(1)),
            Status::Subscribed,
            Party::Person,
            ms,
        )
    };
    let endings = [left.clone(), back(6)];
    assert_eq!(status(&endings, 1, 1), None);
    assert_eq!(status(&endings, 1, 2), Some(Status::Unsubscribed));
    let later = [left, back(4)];
    assert_eq!(status(&later, 1, 1), Some(Status::Unsubscribed));
}

#[test]
fn lifting_all_does_not_undo_leaving_one() {
    let endings = [
        ending(
            Reach::resource(resource(1)),
            Status::Unsubscribed,
            Party::Person,
            1,
        ),
        ending(
            Reach::database(database(1)),
            Status::Subscribed,
            Party::Api,
            2,
        ),
    ];
    assert_eq!(status(&endings, 1, 1), Some(Status::Unsubscribed));
    assert_eq!(status(&endings, 1, 2), None);
}

#[test]
fn who_ended_it_first_stays_unless_somebody_says_more() {
    let reach = Reach::resource(resource(1));
    let mut endings = Endings::default();
    let by = |endings: &Endings| endings.of(&contact())[0].standing.by;
    endings.put(ending(reach, Status::Unsubscribed, Party::Import, 1));
    endings.put(ending(reach, Status::Unsubscribed, Party::Person, 2));
    endings.put(ending(reach, Status::Unsubscribed, Party::Api, 3));
    assert_eq!(by(&endings), Party::Person);
    endings.put(ending(reach, Status::Subscribed, Party::Api, 4));
    endings.put(ending(reach, Status::Unsubscribed, Party::Person, 3));
    assert!(endings.of(&contact())[0].is_lifted(), "that was before");
    endings.put(ending(reach, Status::Unsubscribed, Party::Import, 5));
    assert_eq!(by(&endings), Party::Import);
    assert_eq!(endings.of(&contact()).len(), 1);
}
