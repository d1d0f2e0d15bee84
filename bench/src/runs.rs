//! What is measured, in order: reads before writes, single before batches.

use std::{cell::RefCell, net::SocketAddr, path::Path, rc::Rc};

use anyhow::Result;
use roster_host::Host;
use roster_people::{Person, Random};
use serde_json::Value;

use crate::{
    Args, altcraft,
    batches::Batches,
    fair,
    fill::{self, BATCH, FilledDatabase},
    instances,
    load::{Figures, Load, request},
    report::{self, Row, grouped},
    server::{Server, TOKEN},
    twin::Twin,
};

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
    let twin = Twin::start(state, "normal")?;
    twin.fill(size)?;
    let bench = Bench::new(args, &server, &twin)?;
    bench.reads(&filled, size)?;
    bench.writes(&mut filled, size, "")?;
    let mut batches = Batches::default();
    if "batches".contains(&args.only) {
        batches.measure(&server, &twin, &mut filled, size, "normal")?;
    }
    if "beside expensive requests".contains(&args.only) {
        fair::measure(&server, &filled, size, args.time())?;
    }
    if "altcraft".contains(&args.only) {
        altcraft::measure(&server, &mut filled)?;
    }
    filled.keep(state)?;
    let peak = server.peak_memory();
    drop(twin);
    server.stop()?;

    let server = Server::start(args, manifest, state, "full")?;
    let twin = Twin::start(state, "full")?;
    let bench = Bench::new(args, &server, &twin)?;
    bench.writes(&mut filled, size, ", durability full")?;
    if "batches".contains(&args.only) {
        batches.measure(&server, &twin, &mut filled, size, "full")?;
    }
    filled.keep(state)?;
    server.stop()?;

    batches.print();
    // Another host has options of its own.
    if Host::from_env().is_none() && "new instances".contains(&args.only) {
        instances::measure(args, manifest, state, &filled)?;
    }
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

/// Runs loads on Roster and on the floors in turn.
struct Bench<'a> {
    args: &'a Args,
    server: &'a Server,
    twin: &'a Twin,
}

/// What a row measures.
struct Work {
    name: String,
    request: RequestBuilder,
    /// What every body must contain.
    expect: &'static str,
    floors: Option<Floors>,
}

/// Requests a second of the floors, and the share that is asked for.
#[derive(Clone, Copy)]
struct FloorRates {
    component: f64,
    goal: f64,
    native: f64,
}

/// The same work, done with no checks at all.
struct Floors {
    /// By a component in the same host.
    component: RequestBuilder,
    /// The share of it that is asked for.
    goal: f64,
    /// By the native program.
    native: RequestBuilder,
}

impl<'a> Bench<'a> {
    fn new(args: &'a Args, server: &'a Server, twin: &'a Twin) -> Result<Self> {
        let bench = Bench { args, server, twin };
        let hello = || {
            let request: RequestBuilder = Rc::new(|_| request("GET", "/hello", TOKEN, ""));
            bench.load(server.address, request, "Hello", 0.5)
        };
        // Once for nothing: it compiles, opens and warms what there is.
        hello()?;
        bench.print("hello-world", None, &hello)?;
        Ok(bench)
    }

    fn load(
        &self,
        address: SocketAddr,
        request: RequestBuilder,
        expect: &'static str,
        part: f64,
    ) -> Result<Figures> {
        let load = Load {
            address,
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
        floors: Option<FloorRates>,
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
            floor: floors.map(|floors| floors.component),
            goal: floors.map(|floors| floors.goal),
            native: floors.map(|floors| floors.native),
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
        let rate = |address, request| -> Result<f64> {
            let figures = self.load(address, request, "", 0.5)?;
            if let Some(error) = &figures.first_error {
                eprintln!("  a floor's first bad answer: {error:.600}");
            }
            Ok(figures.per_second)
        };
        let floors = match work.floors {
            Some(floors) => Some(FloorRates {
                native: rate(self.twin.address, floors.native)?,
                component: rate(self.server.address, floors.component)?,
                goal: floors.goal,
            }),
            None => None,
        };
        let address = self.server.address;
        let run = || self.load(address, work.request.clone(), work.expect, 1.0);
        self.print(&work.name, floors, &run).map(Some)
    }

    fn reads(&self, filled: &FilledDatabase, size: u64) -> Result<()> {
        let random = Rc::new(RefCell::new(Random::new(1)));
        let people = fill::people();
        let get = |path: String| request("GET", &path, TOKEN, "");

        let pick = |path: fn(&str, &str) -> String| -> RequestBuilder {
            let (database, ids, one) = (filled.path.clone(), filled.ids.clone(), random.clone());
            Rc::new(move |_| get(path(&database, one.borrow_mut().pick::<String>(&ids))))
        };
        let one = random.clone();
        let number: RequestBuilder =
            Rc::new(move |_| get(format!("/?id={}", 1 + one.borrow_mut().below(size))));
        self.row(Work {
            name: "get by id".to_owned(),
            request: pick(|database, id| format!("{database}/profiles/{id}")),
            expect: "\"revision\"",
            floors: Some(Floors {
                component: pick(|_, id| format!("/floor?id={}", pk(id))),
                goal: 0.9,
                native: number,
            }),
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
            floors: Some(Floors {
                component: address(|_, email| format!("/floor?email={email}")),
                goal: 0.9,
                native: address(|_, email| format!("/?email={email}")),
            }),
        })?;

        self.row(Work {
            name: "search, part of a name, first 20 of many".to_owned(),
            request: part_of_a_name(size),
            expect: "\"matches\"",
            floors: None,
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
            floors: None,
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
            floors: Some(Floors {
                component: existing(3, |_, person, item| floor_write("update", person, item)),
                goal: 0.8,
                native: existing(4, native_write),
            }),
        })?;

        self.strengthen(filled, size, how)?;

        // Half a load for each of the floor's: numbers that nobody else uses.
        let new = |from: u64, send: fn(&str, &Person, &Value) -> Vec<u8>, to: &str| {
            let to = to.to_owned();
            let make: RequestBuilder = Rc::new(move |number| {
                let person = people.person(from + number);
                send(&to, &person, &fill::item(&person, 0))
            });
            make
        };
        let floors = |from: u64, goal: f64| Floors {
            component: new(from, |_, person, item| floor_write("add", person, item), ""),
            goal,
            native: new(from, native_write, ""),
        };
        let far = 1_000_000_000 + u64::try_from(now)? % 1_000_000_000;
        let done = self.row(Work {
            name: format!("import one new{how}"),
            request: new(filled.next, roster_write, &path),
            expect: "\"created\"",
            floors: Some(floors(far, 0.8)),
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
            floors: Some(floors(far + 500_000, 0.6)),
        })?;
        filled.next += done.map_or(0, |figures| figures.answers + figures.errors);
        Ok(())
    }
}

impl Bench<'_> {
    /// Relations of people who are there, new ones and some that are there too.
    fn strengthen(&self, filled: &FilledDatabase, size: u64, how: &str) -> Result<()> {
        let name = format!("strengthen a relation{how}");
        if !name.contains(&self.args.only) {
            return Ok(());
        }
        let path = fill::relation_type(self.server.address, &filled.path)?;
        let (people, random) = (fill::people(), RefCell::new(Random::new(6)));
        self.row(Work {
            name,
            request: Rc::new(move |_| {
                let person = || people.person(random.borrow_mut().below(size)).email;
                let body = format!(
                    "{{\"action\":\"strengthen\",\"a\":{{\"email\":\"{}\"}},\"b\":{{\"email\":\"{}\"}},\"weights\":{{\"times\":1}}}}",
                    person(),
                    person()
                );
                request("POST", &path, TOKEN, &body)
            }),
            expect: "\"outcome\"",
            floors: None,
        })?;
        Ok(())
    }
}

fn roster_write(path: &str, _: &Person, item: &Value) -> Vec<u8> {
    request("POST", path, TOKEN, &format!("{{\"data\":{item}}}"))
}

fn native_write(_: &str, _: &Person, item: &Value) -> Vec<u8> {
    request("POST", "/", "", &format!("{{\"data\":{item}}}"))
}

fn floor_write(what: &str, person: &Person, item: &Value) -> Vec<u8> {
    let body = format!("{}\n{}\n{item}", person.email, person.phone);
    request("POST", &format!("/floor?{what}"), TOKEN, &body)
}

/// The key of a profile in the store, which its id is made of.
pub fn pk(id: &str) -> i64 {
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
