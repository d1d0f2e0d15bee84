//! Conditions: SQL and the model agree, whatever the profiles, the condition,
//! the plan and the size of the pieces are.

mod crowd;
mod plans;
mod random;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use roster_model::Range;
use roster_model::condition::Moment;
use roster_store::SoleConnection;
use roster_store::conditions::{Limits, Selection, Total};
use roster_store::pace::Budget;
use roster_store::segments;
use serde_json::Value;
use std::time::Duration;

use self::crowd::Crowd;
use self::random::{condition, leaf, moment, range};
use super::world::*;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2000,
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    }
}

fn run<S: Strategy>(
    cases: u32,
    case: impl Fn(&Crowd, S::Value) -> Result<(), TestCaseError>,
    cases_of: S,
) {
    for _ in 0..2 {
        let mut runner = TestRunner::new(config(cases));
        let crowd = Crowd::new(&mut runner);
        let ran = runner.run(&cases_of, |value| case(&crowd, value));
        ran.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn every_test_means_the_same_in_sql_and_in_the_model() {
    let case = |crowd: &Crowd, (json, moment): (Value, Moment)| {
        let Some(condition) = crowd.parse(&json) else {
            return Err(TestCaseError::reject("no condition"));
        };
        let truth = crowd.truth(&condition, Range::ALL, &moment);
        prop_assert_eq!(crowd.scanned(&condition, &moment), truth);
        Ok(())
    };
    run(1500, case, (leaf(), moment()));
}

#[test]
fn walks_in_pieces_find_whom_the_model_means() {
    let case = |crowd: &Crowd, (json, moment, range, (take, look, bytes))| {
        let Some(condition) = crowd.parse(&json) else {
            return Err(TestCaseError::reject("no condition"));
        };
        let truth = crowd.truth(&condition, range, &moment);
        let selection = Selection::new(database_id(PEOPLE), &condition, range, &moment);
        let [pks, profiles] = crowd.walked(&selection, Limits { take, look, bytes });
        prop_assert_eq!(&pks, &truth, "pks");
        prop_assert_eq!(&profiles, &truth, "profiles");
        let version = definitions(&crowd.sql, PEOPLE).version;
        let hour = Budget::new(Duration::from_secs(3600));
        let lend = SoleConnection(&crowd.sql);
        let total = |version| block_on(selection.total(&lend, version, 0, &hour)).unwrap();
        let all = Total::Whole(truth.len() as i64);
        prop_assert_eq!(total(version), all, "total");
        let stale = Total::Stale;
        prop_assert_eq!(total(version + 1), stale, "counted with other definitions");
        let known = definitions(&crowd.sql, PEOPLE);
        let counted = segments::counters(&lend, &known, &selection, None, moment.now, &hour);
        let counted = block_on(counted).unwrap().unwrap();
        prop_assert_eq!(counted.members, truth.len() as i64, "counted by channel");
        Ok(())
    };
    let limits = (5..40_i64, 5..60_i64, select(vec![1, 1000, 1_000_000_i64]));
    run(300, case, (condition(), moment(), range(), limits));
}
