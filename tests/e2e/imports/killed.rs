//! An import whose server is killed again and again applies every row once.

use super::{Import, counts, mapping};
use crate::support::{Database, Power, Server, State, lacks};
use roster_people::People;
use serde_json::json;
use std::time::{Duration, Instant};

const ROWS: usize = 30_000;
const KILLS: usize = 20;

#[test]
fn killed_at_twenty_moments_an_import_ends_with_exact_counts() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    let mut server = Server::on(&state);
    let made = Database::new(
        &server,
        "killed",
        &[json!({ "name": "n", "type": "integer" })],
    );
    let people = People::new(3);
    let mut file = "mail,name,n\n".to_owned();
    for row in 0..ROWS {
        let person = people.person(u64::try_from(row).unwrap());
        let data = person.data();
        let name = data
            .get("_lname")
            .and_then(|name| name.as_str())
            .unwrap_or("X");
        // Every tenth is wrong, every tenth comes a second time with another number.
        let mail = match row % 10 {
            3 => "nobody".to_owned(),
            7 => format!("k{}@example.com", row - 1),
            _ => format!("k{row}@example.com"),
        };
        file.push_str(&format!("{mail},\"{name}\",{row}\n"));
    }
    let settings =
        json!({ "mapping": mapping(&[("mail", "email"), ("name", "_lname"), ("n", "n")]) });
    let path = {
        let import = Import::of(&made, "k.csv", file.as_bytes());
        made.api
            .post(&format!("{}/start", import.path), &settings)
            .ok(202);
        import.path
    };
    // The moments are spread by the clock: each life is longer than the last.
    for kill in 0..KILLS {
        let life = 40 + u64::try_from(kill * 37 % 200).unwrap();
        std::thread::sleep(Duration::from_millis(life));
        let left = server.kill();
        // A lease of the killed one may last; another server goes on after it.
        end_lease(&left);
        server = Server::on(&left);
    }
    let db = made.through(server.admin());
    let import = Import { db: &db, path };
    let began = Instant::now();
    while import.get()["state"] != "completed" {
        assert!(
            began.elapsed() < Duration::from_secs(90),
            "{}",
            import.get()
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    let expected = i64::try_from(ROWS / 10).unwrap();
    let job = import.get();
    assert_eq!(counts(&job), [8 * expected, expected, 0, 0, expected]);
    assert_eq!(db.total(), u64::try_from(8 * expected).unwrap());
    assert_eq!(
        import.report("failed").len(),
        usize::try_from(expected).unwrap() + 1
    );
    for profile in db.all() {
        let revision = profile["revision"].as_i64().unwrap();
        let n = profile["data"]["n"].as_i64().unwrap();
        assert_eq!(revision, if n % 10 == 7 { 2 } else { 1 }, "{profile}");
    }
}

/// Ends the lease of a server that was killed, as the time would.
fn end_lease(state: &State) {
    let file = rusqlite::Connection::open(state.file()).unwrap();
    file.execute(
        "UPDATE jobs SET leased_until = 0 WHERE state = 'running'",
        [],
    )
    .unwrap();
}
