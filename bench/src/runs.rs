//! What is measured, in order: reads before writes, single before batches.

use std::{cell::RefCell, path::Path, rc::Rc, time::Instant};

use anyhow::Result;
use roster_people::{Person, Random};
use serde_json::Value;

use crate::{
    Args, fair,
    fill::{self, BATCH, FilledDatabase},
    load::{Figures, Load, request},
    native::Floor,
    report::{self, Row, grouped},
    server::{Server, TOKEN},
};

/// Batches per measurement of rows per second.
const BATCHES: u64 = 20;

/// Makes the request of a number.
pub type RequestBuilder = Rc<dyn Fn(u64) -> Vec<u8>>;

/// Measures everything on a database of one size and prints its tables.
///
/// # Errors
/// When a server doesn't start or something can't be read.
pub fn measure(args: &Args, manifest: &Path, state: &Path, size: u64) -> Result<()> {
    fill::clear_unknown(state);
    let server = Server::start(args, manifest, state, "normal")?;
    eprintln!("Filling {} with {size} profiles …", state.display());
    let mut filled = fill::fill(server.address, state, size)?;
    report::head(size);
    let bench = Bench::new(args, &server)?;
    bench.reads(&filled, size)?;
    bench.writes(&mut filled, size, "")?;
    let mut batches = Batches::default();
    batches.measure(args, &server, &mut filled, size, "normal")?;
    if "beside expensive requests".contains(&args.only) {
        fair::measure(&server, &filled, size, args.time())?;
    }
    filled.keep(state)?;
    let peak = server.peak_memory();
    server.stop()?;

    let server = Server::start(args, manifest, state, "full")?;
    let bench = Bench::new(args, &server)?;
    bench.writes(&mut filled, size, ", durability full")?;
    batches.measure(args, &server, &mut filled, size, "full")?;
    filled.keep(state)?;
    server.stop()?;

    batches.print(state)?;
    if let Some(rate) = filled.per_second {
        println!(
            "\nFilled through batches of {BATCH}: {} profiles/s.",
            grouped(rate as u64)
        );
    }
    if let Some(peak) = peak {
        println!("\nPeak memory of the server: {} MiB.", peak >> 20);
    }
    let bytes: u64 = std::fs::read_dir(state)?
        .flatten()
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with("sqlite_db.db")
        })
        .filter_map(|entry| Some(entry.metadata().ok()?.len()))
        .sum();
    // Another host may have it elsewhere.
    if bytes > 0 {
        println!(
            "\nDatabase file: {} MiB, {} bytes per profile (history and search text included).",
            bytes >> 20,
            bytes / filled.next.max(1)
        );
    }
    Ok(())
}

/// Runs loads on Roster and on the floor in turn.
struct Bench<'a> {
    args: &'a Args,
    server: &'a Server,
}

/// What a row measures.
struct Work {
    name: String,
    request: RequestBuilder,
    /// What every body must contain.
    expect: &'static str,
    /// The same done by the floor, and the share of it that is asked for.
    floor: Option<(RequestBuilder, f64)>,
}

impl<'a> Bench<'a> {
    fn new(args: &'a Args, server: &'a Server) -> Result<Self> {
        let bench = Bench { args, server };
        let hello = || {
            let request: RequestBuilder = Rc::new(|_| request("GET", "/hello", TOKEN, ""));
            bench.load(request, "Hello", 0.5)
        };
        // Once for nothing: it compiles, opens and warms what there is.
        hello()?;
        bench.print("hello-world", None, &hello)?;
        Ok(bench)
    }

    fn load(&self, request: RequestBuilder, expect: &'static str, part: f64) -> Result<Figures> {
        let load = Load {
            address: self.server.address,
            connections: self.args.connections,
            time: self.args.time().mul_f64(part),
            request,
            expect,
        };
        load.run()
    }

    /// Measures a load and prints its row.
    fn print(
        &self,
        work: &str,
        floor: Option<(f64, f64)>,
        run: &dyn Fn() -> Result<Figures>,
    ) -> Result<Figures> {
        let before = self.server.usage();
        let figures = run()?;
        let usage = before.zip(self.server.usage()).map(|(before, after)| {
            let count = (figures.answers + figures.errors).max(1) as f64;
            let processor = after.processor.saturating_sub(before.processor);
            let switches = after.switches.saturating_sub(before.switches);
            (
                processor.as_secs_f64() * 1e6 / count,
                switches as f64 / count,
            )
        });
        let row = Row {
            work: work.to_owned(),
            figures,
            floor: floor.map(|(floor, _)| floor),
            goal: floor.map(|(_, goal)| goal),
            usage,
        };
        report::row(&row);
        Ok(row.figures)
    }

    /// One row of the table; its figures, unless nobody wants it.
    fn row(&self, work: Work) -> Result<Option<Figures>> {
        if !work.name.contains(&self.args.only) {
            return Ok(None);
        }
        let floor = match work.floor {
            Some((request, goal)) => {
                let figures = self.load(request, "", 0.5)?;
                if let Some(error) = &figures.first_error {
                    eprintln!("  the floor's first bad answer: {error:.600}");
                }
                Some((figures.per_second, goal))
            }
            None => None,
        };
        let run = || self.load(work.request.clone(), work.expect, 1.0);
        self.print(&work.name, floor, &run).map(Some)
    }

    fn reads(&self, filled: &FilledDatabase, size: u64) -> Result<()> {
        let random = Rc::new(RefCell::new(Random::new(1)));
        let people = fill::people();
        let get = |path: String| request("GET", &path, TOKEN, "");

        let pick = |path: fn(&str, &str) -> String| -> RequestBuilder {
            let (database, ids, one) = (filled.path.clone(), filled.ids.clone(), random.clone());
            Rc::new(move |_| get(path(&database, one.borrow_mut().pick::<String>(&ids))))
        };
        self.row(Work {
            name: "get by id".to_owned(),
            request: pick(|database, id| format!("{database}/profiles/{id}")),
            expect: "\"revision\"",
            floor: Some((pick(|_, id| format!("/floor?id={}", pk(id))), 0.9)),
        })?;

        let address = |path: fn(&str, &str) -> String| -> RequestBuilder {
            let (database, one) = (filled.path.clone(), random.clone());
            Rc::new(move |_| {
                let person = people.person(one.borrow_mut().below(size));
                get(path(&database, &person.email))
            })
        };
        self.row(Work {
            name: "get by e-mail".to_owned(),
            request: address(|database, email| format!("{database}/profiles?email={email}")),
            expect: "\"revision\"",
            floor: Some((address(|_, email| format!("/floor?email={email}")), 0.9)),
        })?;

        self.row(Work {
            name: "search, part of a name, first 20 of many".to_owned(),
            request: part_of_a_name(size),
            expect: "\"matches\"",
            floor: None,
        })?;

        // All digits but the last of a person's number in the address: 10 to
        // 20 people have it.
        let one = random.clone();
        let make = move |_| {
            let person = people.person(one.borrow_mut().below(size));
            let number = format!("{:06}", person.number);
            get(format!(
                "/v1/search?limit=20&q=.{}",
                number.get(..5).unwrap_or_default()
            ))
        };
        self.row(Work {
            name: "search, part of an address, 10 hits".to_owned(),
            request: Rc::new(make),
            expect: "\"matches\"",
            floor: None,
        })?;
        Ok(())
    }

    fn writes(&self, filled: &mut FilledDatabase, size: u64, how: &str) -> Result<()> {
        let people = fill::people();
        let path = format!("{}/profiles", filled.path);
        // Points that no run before has written.
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_micros();
        let base = i64::try_from(now)?;

        let existing = |seed: u64, send: fn(&str, &Person, &Value) -> Vec<u8>| -> RequestBuilder {
            let (to, random) = (path.clone(), RefCell::new(Random::new(seed)));
            Rc::new(move |number| {
                let person = people.person(random.borrow_mut().below(size));
                let points = base + i64::try_from(number).unwrap_or_default();
                send(&to, &person, &fill::item(&person, points))
            })
        };
        self.row(Work {
            name: format!("import one existing{how}"),
            request: existing(2, roster_write),
            expect: "\"updated\"",
            floor: Some((
                existing(3, |_, person, item| floor_write("update", person, item)),
                0.8,
            )),
        })?;

        // Half a load for each of the floor's: numbers that nobody else uses.
        let new = |from: u64, send: fn(&str, &Person, &Value) -> Vec<u8>, to: &str| {
            let to = to.to_owned();
            let make: RequestBuilder = Rc::new(move |number| {
                let person = people.person(from + number);
                send(&to, &person, &fill::item(&person, 0))
            });
            make
        };
        let floor = |from: u64| new(from, |_, person, item| floor_write("add", person, item), "");
        let far = 1_000_000_000 + u64::try_from(now)? % 1_000_000_000;
        let done = self.row(Work {
            name: format!("import one new{how}"),
            request: new(filled.next, roster_write, &path),
            expect: "\"created\"",
            floor: Some((floor(far), 0.8)),
        })?;
        filled.next += done.map_or(0, |figures| figures.answers + figures.errors);
        let name = format!("webhook that creates a profile{how}");
        if !name.contains(&self.args.only) {
            return Ok(());
        }
        let hook = fill::hook(self.server.address, &filled.path)?;
        let send =
            |hook: &str, _: &Person, item: &Value| request("POST", hook, TOKEN, &item.to_string());
        let done = self.row(Work {
            name,
            request: new(filled.next, send, &hook),
            // A sender is not told what became of it.
            expect: "\"accepted\"",
            floor: Some((floor(far + 500_000), 0.6)),
        })?;
        filled.next += done.map_or(0, |figures| figures.answers + figures.errors);
        Ok(())
    }
}

fn roster_write(path: &str, _: &Person, item: &Value) -> Vec<u8> {
    request("POST", path, TOKEN, &format!("{{\"data\":{item}}}"))
}

fn floor_write(what: &str, person: &Person, item: &Value) -> Vec<u8> {
    let body = format!("{}\n{}\n{item}", person.email, person.phone);
    request("POST", &format!("/floor?{what}"), TOKEN, &body)
}

/// The key of a profile in the store, which its id is made of.
fn pk(id: &str) -> i64 {
    id.parse().map_or(0, roster_model::ProfileId::pk)
}

/// Searches for five letters out of the middle of a name that many people have.
pub fn part_of_a_name(size: u64) -> RequestBuilder {
    let people = fill::people();
    let random = RefCell::new(Random::new(4));
    Rc::new(move |_| {
        let person = people.person(random.borrow_mut().below(size));
        let name = person
            .last_name_latin
            .get(1..6)
            .unwrap_or(person.last_name_latin);
        request("GET", &format!("/v1/search?limit=20&q={name}"), TOKEN, "")
    })
}

/// Rows per second in batches, with the native floor beside.
#[derive(Default)]
struct Batches(Vec<(String, f64, Vec<String>, &'static str)>);

impl Batches {
    fn measure(
        &mut self,
        args: &Args,
        server: &Server,
        filled: &mut FilledDatabase,
        size: u64,
        durability: &'static str,
    ) -> Result<()> {
        if !"batches".contains(&args.only) {
            return Ok(());
        }
        let (from, count) = (filled.next, BATCHES * BATCH);
        let points = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_micros())?;
        let mut old = Random::new(3);
        for (what, starts) in [
            (
                "new",
                (0..BATCHES).map(|n| from + n * BATCH).collect::<Vec<_>>(),
            ),
            (
                "existing",
                (0..BATCHES)
                    .map(|_| old.below((size / BATCH).max(1)) * BATCH)
                    .collect(),
            ),
        ] {
            let bodies: Vec<String> = starts
                .iter()
                .zip(0..)
                .map(|(start, n)| fill::batch(*start..start + BATCH, points + n))
                .collect();
            let start = Instant::now();
            for body in &bodies {
                fill::post_batch(server.address, &filled.path, body)?;
            }
            let rate = count as f64 / start.elapsed().as_secs_f64();
            self.0.push((
                format!("{what}, durability {durability}"),
                rate,
                bodies,
                durability,
            ));
        }
        filled.next += count;
        Ok(())
    }

    /// Prints the table; each floor is measured on a table that holds as many
    /// rows as the database did.
    fn print(&self, state: &Path) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        println!(
            "\n| batches of {BATCH}, one connection | rows/s | native floor, rows/s | slower by | goal |"
        );
        println!("| --- | ---: | ---: | ---: | ---: |");
        let file = state.join("floor.db");
        let size: u64 = state
            .file_name()
            .and_then(|name| name.to_string_lossy().parse().ok())
            .unwrap_or_default();
        for (what, rate, bodies, durability) in &self.0 {
            let mut floor = Floor::new(&file, durability)?;
            let mut from = 0;
            while from < size {
                let until = (from + BATCH).min(size);
                floor.batch(&fill::batch(from..until, 0))?;
                from = until;
            }
            let native = floor.rows_per_second(bodies)?;
            println!(
                "| {what} | {} | {} | {:.1} | 3.0 |",
                grouped(*rate as u64),
                grouped(native as u64),
                native / rate
            );
        }
        let _ = std::fs::remove_file(&file);
        Ok(())
    }
}
