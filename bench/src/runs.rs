//! What is measured, in order: reads before writes, single before batches.

use std::{cell::RefCell, net::SocketAddr, path::Path, rc::Rc, time::Instant};

use anyhow::Result;
use roster_people::Random;

use crate::{
    Args,
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
    let mut bench = Bench::new(args, server.address)?;

    report::head(size);
    bench.reads(&filled, size)?;
    bench.writes(&mut filled, size, "")?;
    let mut batches = Batches::default();
    batches.measure(args, &server, &mut filled, size, "normal")?;
    filled.keep(state)?;
    let peak = server.peak_memory();
    server.stop()?;

    let server = Server::start(args, manifest, state, "full")?;
    let mut bench = Bench::new(args, server.address)?;
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

/// Runs loads between runs of hello-world.
struct Bench<'a> {
    args: &'a Args,
    address: SocketAddr,
    /// Hello-world's last figure.
    hello: f64,
}

impl<'a> Bench<'a> {
    fn new(args: &'a Args, address: SocketAddr) -> Result<Self> {
        let mut bench = Bench {
            args,
            address,
            hello: 0.0,
        };
        // Once for nothing: it compiles, opens and warms what there is.
        bench.hello()?;
        bench.hello = bench.hello()?.per_second;
        Ok(bench)
    }

    fn hello(&self) -> Result<Figures> {
        self.load(
            Rc::new(|_| request("GET", "/hello", TOKEN, "")),
            "Hello",
            0.5,
        )
    }

    fn load(&self, request: RequestBuilder, expect: &'static str, part: f64) -> Result<Figures> {
        let load = Load {
            address: self.address,
            connections: self.args.connections,
            time: self.args.time().mul_f64(part),
            request,
            expect,
        };
        load.run()
    }

    /// One row of the table; its figures, unless nobody wants it.
    fn row(
        &mut self,
        work: String,
        make: RequestBuilder,
        expect: &'static str,
        goal: f64,
    ) -> Result<Option<Figures>> {
        if !work.contains(&self.args.only) {
            return Ok(None);
        }
        let figures = self.load(make, expect, 1.0)?;
        let after = self.hello()?.per_second;
        let hello = (self.hello + after) / 2.0;
        self.hello = after;
        let row = Row {
            work,
            figures,
            hello,
            goal,
        };
        report::row(&row);
        Ok(Some(row.figures))
    }

    fn reads(&mut self, filled: &FilledDatabase, size: u64) -> Result<()> {
        let random = Rc::new(RefCell::new(Random::new(1)));
        let people = fill::people();
        let get = |path: String| request("GET", &path, TOKEN, "");

        let (path, ids, one) = (filled.path.clone(), filled.ids.clone(), random.clone());
        let make = move |_| {
            let mut random = one.borrow_mut();
            get(format!("{path}/profiles/{}", random.pick(&ids)))
        };
        self.row("get by id".to_owned(), Rc::new(make), "\"revision\"", 0.45)?;

        let (path, one) = (filled.path.clone(), random.clone());
        let make = move |_| {
            let person = people.person(one.borrow_mut().below(size));
            get(format!("{path}/profiles?email={}", person.email))
        };
        self.row(
            "get by e-mail".to_owned(),
            Rc::new(make),
            "\"revision\"",
            0.45,
        )?;

        self.row(
            "search, part of a name, first 20 of many".to_owned(),
            part_of_a_name(size),
            "\"matches\"",
            0.40,
        )?;

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
        self.row(
            "search, part of an address, 10 hits".to_owned(),
            Rc::new(make),
            "\"matches\"",
            0.40,
        )?;
        Ok(())
    }

    fn writes(&mut self, filled: &mut FilledDatabase, size: u64, how: &str) -> Result<()> {
        let people = fill::people();
        let random = RefCell::new(Random::new(2));
        let path = format!("{}/profiles", filled.path);
        // Points that no run before has written.
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_micros();
        let base = i64::try_from(now)?;

        let to = path.clone();
        let make = move |number| {
            let person = people.person(random.borrow_mut().below(size));
            let points = base + i64::try_from(number).unwrap_or_default();
            let item = fill::item(&person, points);
            request("POST", &to, TOKEN, &format!("{{\"data\":{item}}}"))
        };
        self.row(
            format!("import one existing{how}"),
            Rc::new(make),
            "\"updated\"",
            0.30,
        )?;

        let (to, from) = (path, filled.next);
        let make = move |number| {
            let item = fill::item(&people.person(from + number), 0);
            request("POST", &to, TOKEN, &format!("{{\"data\":{item}}}"))
        };
        let done = self.row(
            format!("import one new{how}"),
            Rc::new(make),
            "\"created\"",
            0.20,
        )?;
        filled.next += done.map_or(0, |figures| figures.answers + figures.errors);
        if !"webhook that creates a profile".contains(&self.args.only) {
            return Ok(());
        }
        let hook = fill::hook(self.address, &filled.path)?;
        let from = filled.next;
        let make = move |number| {
            let item = fill::item(&people.person(from + number), 0);
            request("POST", &hook, TOKEN, &item.to_string())
        };
        let done = self.row(
            format!("webhook that creates a profile{how}"),
            Rc::new(make),
            // A sender is not told what became of it.
            "\"accepted\"",
            0.40,
        )?;
        filled.next += done.map_or(0, |figures| figures.answers + figures.errors);
        Ok(())
    }
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
