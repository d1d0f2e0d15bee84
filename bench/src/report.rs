//! The table, in Markdown.

use std::time::Duration;

use crate::load::Figures;

/// One row.
pub struct Row {
    /// What was done.
    pub work: String,
    /// What came of it.
    pub figures: Figures,
    /// The floor's requests per second, where it does this work.
    pub floor: Option<f64>,
    /// The share of the floor that is asked for, at least.
    pub goal: Option<f64>,
    /// The native floor's requests per second, where it does this work.
    pub native: Option<f64>,
    /// Microseconds of processor time and context switches of the server for each request.
    pub usage: Option<(f64, f64)>,
}

/// Prints the head of a table.
pub fn head(size: u64) {
    println!("\n### {} profiles\n", grouped(size));
    println!(
        "| work | requests/s | the floor's | share | goal | native | median | p99 | p99/median | processor, µs | switches | errors |"
    );
    println!(
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
}

/// Prints a row.
pub fn row(row: &Row) {
    let figures = &row.figures;
    let spread = figures.p99.as_secs_f64() / figures.median.as_secs_f64().max(1e-9);
    let count = |number: Option<f64>| number.map_or(String::new(), |number| grouped(number as u64));
    let ratio = |number: Option<f64>| number.map_or(String::new(), |number| format!("{number:.2}"));
    let (processor, switches) = match row.usage {
        Some((processor, switches)) => (format!("{processor:.0}"), format!("{switches:.1}")),
        None => (String::new(), String::new()),
    };
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {spread:.1} | {processor} | {switches} | {} |",
        row.work,
        grouped(figures.per_second as u64),
        count(row.floor),
        ratio(row.floor.map(|floor| figures.per_second / floor)),
        ratio(row.goal),
        count(row.native),
        milliseconds(figures.median),
        milliseconds(figures.p99),
        figures.errors,
    );
    if let Some(error) = &figures.first_error {
        eprintln!("  first bad answer: {error:.600}");
    }
}

/// Milliseconds with two digits.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

/// A number with commas.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
