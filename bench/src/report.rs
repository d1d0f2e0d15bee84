//! The table, in Markdown.

use std::time::Duration;

use crate::load::Figures;

/// One row.
pub struct Row {
    /// What was done.
    pub work: String,
    /// What came of it.
    pub figures: Figures,
    /// Hello-world's requests per second, before and after.
    pub hello: f64,
    /// The ratio that is asked for, at least.
    pub goal: f64,
}

/// Prints the head of a table.
pub fn head(size: u64) {
    println!("\n### {} profiles\n", grouped(size));
    println!("| work | requests/s | of hello-world | goal | median | p99 | p99/median | errors |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// Prints a row.
pub fn row(row: &Row) {
    let figures = &row.figures;
    let spread = figures.p99.as_secs_f64() / figures.median.as_secs_f64().max(1e-9);
    println!(
        "| {} | {} | {:.2} | {:.2} | {} | {} | {spread:.1} | {} |",
        row.work,
        grouped(figures.per_second as u64),
        figures.per_second / row.hello,
        row.goal,
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
