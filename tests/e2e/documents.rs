//! Every command of every page of docs/, run in the order in which it stands, as
//! by somebody who comes from docs/FIRST_STEPS.md.
//!
//! A block marked `sh` is run, and one marked `sh postgres` where a PostgreSQL is there; the blocks
//! of a page share one shell, one folder and one server. A command that the server refuses fails the page. A block marked
//! `json` after a block is the answer to its last command. What can't be run here
//! (starting servers, other machines) is marked `text`.

use crate::readme::{agrees, first_steps, steps};
use crate::sources::Shop;
use crate::support::{ADMIN, Server, State, root};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// One block of commands, and the answer that is shown after it.
struct Block {
    commands: String,
    shown: Option<Value>,
}

/// The blocks of a page that are run.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // Whether the block before was run and has no answer yet.
    let mut open = false;
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap_or((block, ""));
        let answer = match language {
            "sh postgres" if Shop::postgres().is_none() => {
                open = false;
                continue;
            }
            "sh" | "sh postgres" => {
                blocks.push(Block {
                    commands: text.to_owned(),
                    shown: None,
                });
                open = true;
                continue;
            }
            "json" if open => serde_json::from_str(text).ok(),
            _ => None,
        };
        if let (Some(last), Some(answer)) = (blocks.last_mut(), answer) {
            last.shown = Some(answer);
        }
        open = false;
    }
    blocks
}

/// Runs the blocks in one shell; gives what each has printed.
fn run(blocks: &[Block], address: &str, folder: &Path) -> Result<Vec<String>, String> {
    // An answer of 400 and more is a failure of the page.
    let mut script = String::from("set -eu\ncurl() { command curl --fail-with-body \"$@\"; }\n");
    for (place, block) in blocks.iter().enumerate() {
        script.push_str(&format!(
            "echo {place} > reached\n{{\n{}\n}} > out.{place}\n",
            block.commands
        ));
    }
    std::fs::write(folder.join("script"), script).unwrap();
    let run = Command::new("sh")
        .arg("script")
        .current_dir(folder)
        .env("ROSTER", address)
        .env("TOKEN", ADMIN)
        .envs(
            Shop::postgres()
                .into_iter()
                .flat_map(|shop| shop.client_variables()),
        )
        .output()
        .unwrap();
    let printed = |place: usize| {
        std::fs::read_to_string(folder.join(format!("out.{place}"))).unwrap_or_default()
    };
    if run.status.success() {
        return Ok((0..blocks.len()).map(printed).collect());
    }
    let reached = std::fs::read_to_string(folder.join("reached")).unwrap_or_default();
    let place = reached.trim().parse().unwrap_or(0);
    Err(format!(
        "{}\n{}{}",
        blocks[place].commands,
        printed(place),
        String::from_utf8_lossy(&run.stderr)
    ))
}

/// What is wrong with a page; nothing if all of it goes as it stands there.
fn trouble(page: &str, before: &str) -> Option<String> {
    let blocks = blocks(page);
    if blocks.is_empty() {
        return None;
    }
    let state = State::new();
    // What SCHEDULES fetches from; nothing is fetched here before the night.
    let hosts = ("import_hosts", "files.example.org");
    let variables = crate::sources::variables().into_iter().chain([hosts]);
    let server = Server::with(&state, &variables.collect::<Vec<_>>());
    let address = format!("http://{}", server.address);
    let folder = state.file().with_file_name("reader");
    std::fs::create_dir_all(&folder).unwrap();
    for (command, _) in steps(before) {
        let before = Block {
            commands: command,
            shown: None,
        };
        if let Err(why) = run(&[before], &address, &folder) {
            return Some(format!("the first steps: {why}"));
        }
    }
    let printed = match run(&blocks, &address, &folder) {
        Ok(printed) => printed,
        Err(why) => return Some(why),
    };
    for (block, text) in blocks.iter().zip(printed) {
        if let Some(shown) = &block.shown {
            let real: Value = match serde_json::from_str(text.trim()) {
                Ok(real) => real,
                Err(_) => return Some(format!("{}\nno JSON: {text}", block.commands)),
            };
            if !agrees(shown, &real, &address) {
                return Some(format!("{}\n{real:#}", block.commands));
            }
        }
    }
    None
}

#[test]
fn every_command_of_every_page_runs() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let walk = first_steps();
    let mut names: Vec<_> = std::fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        // It is where all others begin, and has a test of its own.
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name != "FIRST_STEPS.md")
        })
        .collect();
    names.sort();
    assert!(names.len() >= 14, "{names:?}");
    let mut wrong = Vec::new();
    for path in names {
        let page = std::fs::read_to_string(&path).unwrap();
        if let Some(why) = trouble(&page, &walk) {
            wrong.push(format!("{}:\n{why}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A command that stands in another block would not be run.
#[test]
fn commands_stand_in_blocks_that_are_run() {
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        let page = std::fs::read_to_string(&path).unwrap_or_default();
        for block in page.split("\n```").skip(1).step_by(2) {
            let (language, text) = block.split_once('\n').unwrap_or((block, ""));
            let hidden = !["sh", "sh postgres"].contains(&language)
                && text.contains("curl ")
                && text.contains("$ROSTER");
            assert!(!hidden, "{}: {text}", path.display());
        }
    }
}
