//! The store goes away for ten seconds in the middle of something, and comes back:
//! nothing is lost, nothing happens twice, anyone who asks meanwhile is answered with a
//! reason, and nobody starts anything again.

mod exports;
mod imports;
mod silence;
mod writers;

use crate::support::{Answer, Client, Line, Power, Server, State, lacks};
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// How long it is away.
const AWAY: Duration = Duration::from_secs(10);

/// How long anybody waits for an answer at most.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// How the store goes away.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outage {
    /// Its server was stopped: connections end and new ones are refused.
    Refused,
    /// Its server stands still: what is sent to it is taken, and nothing comes back.
    Silent,
    /// Another process holds the file's lock.
    Locked,
}

/// A store that can go away.
#[derive(Debug)]
struct Store {
    outage: Outage,
    state: State,
    /// How it is reached, if it is a server.
    line: Option<Line>,
}

/// A host on a store that can go away so; none where this test is left out.
fn start(outage: Outage) -> Option<(Server, Store)> {
    let state = State::new();
    if outage == Outage::Locked {
        if lacks(Power::File) {
            return None;
        }
        let server = Server::on(&state);
        let line = None;
        return Some((
            server,
            Store {
                outage,
                state,
                line,
            },
        ));
    }
    if lacks(Power::StoreServer) {
        return None;
    }
    let line = Line::to(state.store().unwrap());
    let server = Server::through(&state, &line);
    let line = Some(line);
    Some((
        server,
        Store {
            outage,
            state,
            line,
        },
    ))
}

impl Store {
    /// Is away, from now on for [`AWAY`].
    fn is_away(&self) {
        let line = self.line.as_ref();
        match self.outage {
            Outage::Refused => line.unwrap().cut(),
            Outage::Silent => line.unwrap().hold(),
            Outage::Locked => {
                let file = rusqlite::Connection::open(self.state.file()).unwrap();
                file.busy_timeout(Duration::from_secs(20)).unwrap();
                file.execute_batch("BEGIN IMMEDIATE").unwrap();
                sleep(AWAY);
                return;
            }
        }
        sleep(AWAY);
        line.unwrap().mend();
    }
}

/// One who asks while the store may be away.
#[derive(Debug)]
pub struct PatientClient {
    api: Client,
    /// How often the answer was that the store is away.
    pub refused: u32,
    /// The longest that an answer took.
    pub longest: Duration,
}

impl PatientClient {
    pub fn new(api: Client) -> Self {
        PatientClient {
            api,
            refused: 0,
            longest: Duration::ZERO,
        }
    }

    /// The answer; none where it says, as it must, that the store is away.
    fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let asked = Instant::now();
        let answer = self.api.send(method, target, headers, body);
        let took = asked.elapsed();
        self.longest = self.longest.max(took);
        assert!(took < LONGEST_ANSWER, "after {took:?}: {answer:?}");
        if answer.status != 503 {
            return Some(answer);
        }
        self.refused += 1;
        let code = answer.body()["code"].clone();
        let known = ["store_busy", "store_unreachable"];
        assert!(known.iter().any(|known| code == *known), "{answer:?}");
        answer.problem(503, code.as_str().unwrap());
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
        None
    }

    /// The answer, asked for again and again until it is another.
    pub fn insist(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let began = Instant::now();
        loop {
            if let Some(answer) = self.ask(method, target, headers, body) {
                return answer;
            }
            let waited = began.elapsed();
            assert!(
                waited < AWAY + LONGEST_ANSWER,
                "{method} {target}: {waited:?}"
            );
            sleep(Duration::from_millis(200));
        }
    }

    /// A resource, once the store has it.
    pub fn get(&mut self, target: &str) -> Answer {
        self.insist("GET", target, &[], "")
    }
}
