//! How many statements each operation runs: on a libSQL store each is a round trip.
//! A read and a page are one, a write is two: it looks, and it writes. What an instance
//! runs once (opening connections, reading definitions that changed) counts for none.

use super::world::{VARIABLES, World};
use super::{Call, Operation};
use crate::support::{Power, Server, State, lacks};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Operations that run more: why, and how many. A number may only become smaller; the
/// test says where one can.
const MORE: &[(&str, &[(&str, usize)])] = &[
    (
        "the same as below, and the definitions that the resource made for it has changed",
        &[("createForm", 7)],
    ),
    (
        "a write is two where the relation type is known: here it is made for it, and changes the definitions",
        &[("changeRelation", 4), ("changeRelations", 4)],
    ),
    (
        "what else belongs to those who are merged: relations, how contacts stand; for an undoing the merge, and who came by it. Duplicates are looked for by each kind",
        &[
            ("mergeProfiles", 3),
            ("splitProfile", 3),
            ("undoMerge", 7),
            ("dismissDuplicates", 3),
            ("findDuplicates", 6),
        ],
    ),
    (
        "a transaction that has the lock: what is there, each table that changes, its history, the number that every write compares",
        &[
            ("deleteControlGroup", 11),
            ("putControlGroup", 4),
            ("refreshSegment", 6),
            ("createDatabase", 6),
            ("deleteDatabase", 45),
            ("updateDatabase", 7),
            ("cloneDatabase", 9),
            ("createExport", 5),
            ("deleteExportFile", 11),
            ("createField", 9),
            ("deleteField", 9),
            ("updateField", 9),
            ("previewField", 3),
            ("deleteImportSettings", 5),
            ("saveImportSettings", 7),
            ("deleteImportFiles", 10),
            ("importIntoSegment", 9),
            ("startImport", 9),
            ("erasePerson", 58),
            ("createSchedule", 6),
            ("deleteSchedule", 8),
            ("createRelationType", 7),
            ("updateRelationType", 7),
            ("deleteRelationType", 7),
            ("createView", 6),
            ("updateView", 6),
            ("deleteView", 5),
            ("createSegment", 7),
            ("deleteSegment", 8),
            ("updateSegment", 7),
            ("changeSegmentMembers", 5),
            ("wipeDatabase", 26),
            ("deleteForm", 5),
            ("updateForm", 6),
            ("createHook", 6),
            ("deleteHook", 7),
            ("updateHook", 7),
            ("addHookSecret", 5),
            ("createResource", 7),
            ("deleteResource", 13),
            ("updateResource", 3),
            ("cloneResource", 9),
            ("importStanding", 7),
            ("liftStanding", 8),
            ("createSuppression", 7),
            ("deleteSuppression", 9),
            ("updateSuppression", 9),
            ("clearSuppression", 5),
            ("addSuppressed", 8),
            ("removeSuppressed", 3),
            ("importSuppressed", 9),
            ("createAppKey", 7),
            ("updateAppKey", 5),
            ("deleteAppKey", 6),
            ("makeAppToken", 7),
            ("setAppToken", 7),
            ("removeAppToken", 6),
            ("createToken", 5),
            ("revokeToken", 5),
            ("createConnector", 6),
            ("deleteConnector", 6),
            ("updateConnector", 7),
            ("createWatcher", 6),
            ("deleteWatcher", 6),
            ("updateWatcher", 8),
            ("addWatcherSecret", 7),
            ("testWatcher", 6),
        ],
    ),
    (
        "what links are signed with, the definitions of the moment and the person, then the look and the write; a page shows what is so afterwards",
        &[
            ("track", 4),
            ("showForm", 3),
            ("sendForm", 6),
            ("showConfirmation", 3),
            ("confirm", 5),
            ("askForAnotherLink", 7),
            ("showManager", 3),
            ("changeByManager", 6),
            ("showLeaving", 3),
            ("leaveEverything", 6),
            ("showUnsubscribe", 3),
            ("unsubscribeByLink", 6),
            ("getLinks", 2),
            ("getFormSnippet", 3),
            ("getMessage", 3),
        ],
    ),
    (
        "what it belongs to first: an empty page of what is not there would be no 404",
        &[
            ("cancelSegmentRefresh", 3),
            ("pauseSegmentRefresh", 3),
            ("resumeSegmentRefresh", 3),
            ("getSegmentRefresh", 2),
            ("getSegmentCounters", 3),
            ("listSegmentMembers", 2),
            ("undoImport", 4),
            ("undoUpdate", 4),
            ("getControlGroupReport", 3),
            ("listRelations", 2),
            ("getRelation", 2),
            ("profileRelations", 2),
            ("getDatabaseCounters", 2),
            ("getResourceCounters", 2),
            ("getExport", 2),
            ("getImport", 2),
            ("failedRows", 2),
            ("failedProfiles", 2),
            ("listScheduleRuns", 2),
            ("listDeliveries", 2),
            ("getDelivery", 2),
            ("listWatcherDeliveries", 2),
            ("countSuppressed", 2),
            ("listSuppressed", 2),
            ("exportSuppressed", 2),
            ("listSuppressionHistory", 2),
        ],
    ),
    (
        "walks, a bounded piece at a time",
        &[
            ("exportByQuery", 3),
            ("export", 7),
            ("exportHistory", 3),
            ("exportStanding", 2),
            ("getExportFile", 3),
            ("exportPerson", 10),
        ],
    ),
    (
        "looks again until the job is over, or the time is up",
        &[
            ("watchProfiles", 2),
            ("watchExport", 2),
            ("watchImport", 2),
            ("watchUpdate", 2),
        ],
    ),
    (
        "the definition or job that is meant, and the answer shows what became of it",
        &[
            ("uploadImport", 6),
            ("putImport", 6),
            ("previewImport", 6),
            ("testConnector", 2),
            ("deleteSubscription", 3),
            ("setSubscription", 3),
            ("askConfirmation", 4),
            ("restoreSubscription", 4),
            ("updateSchedule", 7),
            ("runSchedule", 7),
            ("cancelScheduleRun", 5),
            ("cancelMessage", 3),
            ("retryMessage", 3),
            ("receiveDelivery", 3),
            ("replayDelivery", 5),
        ],
    ),
    (
        "how often a password was tried, under three keys, and the account; what was right is taken back, and the session begins in a transaction",
        &[
            ("signIn", 15),
            ("setPassword", 15),
            ("acceptInvitation", 15),
            ("beginPasskey", 13),
            ("signInByPasskey", 12),
        ],
    ),
    (
        "a transaction, and its history; what is one's own begins with the session that asks",
        &[
            ("createUser", 5),
            ("deleteUser", 7),
            ("addPasskey", 7),
            ("removePasskey", 6),
            ("removeUserPasskeys", 4),
            ("updateUser", 5),
            ("inviteUser", 5),
            ("endUserSessions", 4),
            ("updateSession", 7),
        ],
    ),
    (
        "who asks comes with the session, and is shown as they are now; a page of users says how many there are",
        &[
            ("getSession", 2),
            ("listSessions", 2),
            ("listPasskeys", 2),
            ("listUsers", 2),
        ],
    ),
    (
        "several questions of different tables",
        &[
            ("getDeliverability", 6),
            ("outboxCounters", 3),
            ("listStanding", 4),
            // One more where a job is held by another tick.
            ("tick", 10),
        ],
    ),
];

/// What isn't the operation's: opening a connection, and the question whether all is
/// well, by which the log is cut into pieces.
const OF_OTHERS: [&str; 3] = ["PRAGMA ", "FROM migrations", "that the store takes a write"];

/// The line that each of those questions has in the log.
const MARK: &str = "[access] sql: -- When the store was last found to take a write";

/// How often each is called: an instance may be new to one of the times.
const TIMES: usize = 3;

/// The server's log, cut into pieces.
struct Log<'a> {
    world: &'a World,
    marks: usize,
}

impl Log<'_> {
    /// Where the log is now. Lines come by a pipe, after the answer, but in order.
    fn mark(&mut self) -> usize {
        self.world.anybody.get("/health").ok(200);
        self.marks += 1;
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let log = self.world.server.log();
            let mut marks = log
                .iter()
                .enumerate()
                .filter(|(_, line)| line.contains(MARK));
            if let Some((place, _)) = marks.nth(self.marks - 1) {
                return place;
            }
            assert!(Instant::now() < end, "the log ends");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The status of a call, and the statements that it ran.
    fn of(&mut self, call: &Call) -> (u16, Vec<String>) {
        let before = self.mark();
        let answer = call.send(self.world);
        let after = self.mark();
        let log = self.world.server.log();
        let lines = log[before + 1..after].iter();
        let sql = lines.filter_map(|line| Some(line.split_once("] sql: ")?.1));
        let sql = sql.filter(|sql| OF_OTHERS.iter().all(|other| !sql.contains(other)));
        let sql = sql.map(|sql| sql.chars().take(200).collect());
        (answer.status, sql.collect())
    }

    /// The fewest statements of several times; what changes something is called at a
    /// new place each time.
    fn fewest(&mut self, operation: &Operation, body: Option<(&str, &Value)>) -> Vec<String> {
        let mut call = operation.call(self.world, body);
        let mut fewest: Option<Vec<String>> = None;
        for time in 0..TIMES {
            if time > 0 && operation.method != "GET" {
                call = operation.call(self.world, body);
            }
            let (status, ran) = self.of(&call);
            let fewer = fewest.as_ref().is_none_or(|known| ran.len() < known.len());
            if operation.answers(status) && fewer {
                fewest = Some(ran);
            }
        }
        fewest.unwrap_or_else(|| panic!("{} never went well", operation.id()))
    }
}

#[test]
fn a_read_is_one_statement_a_write_two_and_a_page_one() {
    if lacks(Power::Runner) {
        return;
    }
    let world = World::on(Server::with_statements_logged(&State::new(), &VARIABLES));
    let document = world.anybody.get("/v1/openapi.json").ok(200);
    let mut log = Log {
        world: &world,
        marks: 0,
    };
    let mut wrong = Vec::new();
    for operation in &Operation::all(&document) {
        // It goes well by a database of others alone.
        if operation.id() == "previewSchedule" {
            continue;
        }
        if operation.id() == "getHealth" {
            // Its own would cut the log.
            continue;
        }
        let bodies = operation.bodies(&document);
        let bodies: Vec<_> = match bodies.is_empty() {
            true => vec![None],
            false => bodies.into_iter().map(Some).collect(),
        };
        let ran = bodies.into_iter().map(|body| log.fewest(operation, body));
        let most = ran.max_by_key(Vec::len).unwrap_or_default();
        let usual = if operation.method == "GET" { 1 } else { 2 };
        let mut listed = MORE.iter().flat_map(|(_, operations)| *operations);
        let listed = listed.find(|(id, _)| *id == operation.id());
        let allowed = listed.map_or(usual, |(_, count)| *count);
        if listed.is_some() && most.len() < allowed {
            println!("{} runs {} for {allowed} now", operation.id(), most.len());
        }
        if most.len() > allowed {
            wrong.push(format!(
                "(\"{}\", {}), // {} for {allowed}: {most:#?}",
                operation.id(),
                most.len(),
                operation.method,
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
