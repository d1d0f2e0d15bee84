//! The README's first five minutes and docs/FIRST_STEPS.md, run as they stand there:
//! every curl line on an empty store, every answer as shown.

use crate::support::{ADMIN, Server, root};
use serde_json::Value;
use std::process::Command;

/// The commands of a page, each with the answer that is shown after it, if one is.
pub(crate) fn steps(page: &str) -> Vec<(String, Option<Value>)> {
    let mut steps: Vec<(String, Option<Value>)> = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap_or((block, ""));
        match (language, steps.last_mut()) {
            ("sh", _) if text.starts_with("curl ") => steps.push((text.to_owned(), None)),
            ("json", Some((_, shown))) => {
                *shown = Some(serde_json::from_str(text).expect("an answer is JSON"));
            }
            _ => {}
        }
    }
    steps
}

/// The page with the walk that the other pages begin from.
pub(crate) fn first_steps() -> String {
    std::fs::read_to_string(root().join("docs/FIRST_STEPS.md")).unwrap()
}

/// Whether a real answer is the shown one. "…" stands for anything, and ids,
/// times and cursors are others in every run.
pub(crate) fn agrees(shown: &Value, real: &Value, address: &str) -> bool {
    match (shown, real) {
        (Value::String(shown), _) if shown == "…" => true,
        (Value::Array(shown), Value::Array(_)) if *shown == ["…"] => true,
        (Value::Array(shown), Value::Array(real)) => {
            shown.len() == real.len() && shown.iter().zip(real).all(|(s, r)| agrees(s, r, address))
        }
        (Value::Object(shown), Value::Object(real)) => {
            shown.len() == real.len()
                && shown.iter().all(|(name, shown)| {
                    real.get(name).is_some_and(|real| {
                        (name == "next" && shown.is_string() && real.is_string())
                            || agrees(shown, real, address)
                    })
                })
        }
        (Value::String(shown), Value::String(real)) => {
            let kind = |text: &str| {
                let hex = text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit());
                let entry = text.len() == 19 && text.bytes().all(|b| b.is_ascii_digit());
                let time = text.len() == 24 && text.ends_with('Z') && text.contains('T');
                (hex, entry, time)
            };
            let varies = kind(shown) != (false, false, false) && kind(shown) == kind(real);
            varies || shown.replace("http://127.0.0.1:3000", address) == *real
        }
        (shown, real) => shown == real,
    }
}

#[test]
fn the_first_five_minutes_go_as_the_readme_shows() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.len() < 7000, "the front door is one screen");
    go_as_shown(&readme, 3);
}

#[test]
fn the_first_steps_go_as_their_page_shows() {
    go_as_shown(&first_steps(), 9);
}

fn go_as_shown(page: &str, least: usize) {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let steps = steps(page);
    assert!(steps.len() >= least, "{} steps were found", steps.len());
    let server = Server::start();
    let address = format!("http://{}", server.address);
    for (command, shown) in steps {
        let run = Command::new("sh")
            .args(["-c", &command])
            .env("ROSTER", &address)
            .env("TOKEN", ADMIN)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&run.stdout);
        let real: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
        let agrees = shown.is_none_or(|shown| agrees(&shown, &real, &address));
        assert!(agrees && real.get("code").is_none(), "{command}\n{real:#}");
    }
}
