//! The README's first five minutes, run as they stand there: every curl line on
//! an empty store, every answer as shown.

use crate::support::{ADMIN, Server, root};
use serde_json::Value;
use std::process::Command;

/// The commands of the section, each with the answer that is shown after it.
pub(crate) fn steps(readme: &str) -> Vec<(String, Value)> {
    let section = readme
        .split_once("\n## The first five minutes\n")
        .expect("the section is there")
        .1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut steps = Vec::new();
    let mut command: Option<String> = None;
    for block in section.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap_or((block, ""));
        match (language, command.take()) {
            ("sh", _) if text.starts_with("curl ") => command = Some(text.to_owned()),
            ("json", Some(command)) => {
                let shown = serde_json::from_str(text).expect("an answer is JSON");
                steps.push((command, shown));
            }
            _ => {}
        }
    }
    steps
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
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let steps = steps(&readme);
    assert!(steps.len() >= 7, "{} steps were found", steps.len());
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
        assert!(agrees(&shown, &real, &address), "{command}\n{real:#}");
    }
}
