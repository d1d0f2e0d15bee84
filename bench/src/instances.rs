//! What a new instance costs until it has answered: requests to warm instances beside
//! requests that have one each.

use std::{cell::RefCell, path::Path, rc::Rc};

use anyhow::{Context as _, Result};
use roster_people::Random;

use crate::{
    Args,
    fill::FilledDatabase,
    load::{Load, request},
    runs::{RequestBuilder, pk},
    server::{Server, TOKEN},
};

/// Few, so that nothing waits for another.
const CONNECTIONS: usize = 2;

/// Processor time of a new instance to its first answer, in microseconds.
const GOAL: f64 = 1_000.0;

/// Measures the same reads both ways and prints a table.
///
/// # Errors
/// When a server doesn't start or a request fails.
pub fn measure(args: &Args, manifest: &Path, state: &Path, filled: &FilledDatabase) -> Result<()> {
    let ids = filled.ids.clone();
    let pick = move |path: Rc<dyn Fn(&str) -> String>| -> RequestBuilder {
        let (ids, random) = (ids.clone(), RefCell::new(Random::new(5)));
        Rc::new(move |_| {
            let path = path(random.borrow_mut().pick::<String>(&ids));
            request("GET", &path, TOKEN, "")
        })
    };
    let database = filled.path.clone();
    let works = [
        ("hello-world", pick(Rc::new(|_| "/hello".to_owned()))),
        (
            "the floor's get by id",
            pick(Rc::new(|id| format!("/floor?id={}", pk(id)))),
        ),
        (
            "get by id",
            pick(Rc::new(move |id| format!("{database}/profiles/{id}"))),
        ),
    ];
    let run = |options: &[&str]| -> Result<Vec<f64>> {
        let server = Server::with_options(args, manifest, state, "normal", options)?;
        let processor = |request: &RequestBuilder, part: f64| {
            let load = Load {
                address: server.address,
                connections: CONNECTIONS,
                time: args.time().mul_f64(part),
                request: request.clone(),
                expect: "",
            };
            let before = server.usage().context("no processor time is known")?;
            let figures = load.run()?;
            let after = server.usage().context("no processor time is known")?;
            let used = after.processor.saturating_sub(before.processor);
            let count = (figures.answers + figures.errors).max(1) as f64;
            Ok(used.as_secs_f64() * 1e6 / count)
        };
        let measured = works.iter().map(|(_, request)| {
            // Once for nothing: it compiles and warms what there is.
            processor(request, 0.1)?;
            processor(request, 0.5)
        });
        let measured = measured.collect();
        server.stop()?;
        measured
    };
    let warm = run(&[])?;
    let new = run(&["--max-instance-reuse-count", "1"])?;
    println!(
        "\n| processor time for each answer, µs | warm instances | a new one each | by a new one | goal |"
    );
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (((name, _), warm), new) in works.iter().zip(warm).zip(new) {
        println!(
            "| {name} | {warm:.0} | {new:.0} | {:.0} | {GOAL:.0} |",
            new - warm
        );
    }
    Ok(())
}
