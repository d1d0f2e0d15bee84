//! Memory stays flat however long the table is. A test program of its own,
//! since it looks at the memory of the whole process.

use roster_sheets::{Cell, Csv, Format, Options, Writer};

const ROWS: i64 = 300_000;

fn row(number: i64) -> [Cell<'static>; 6] {
    [
        Cell::Integer(number),
        Cell::from(format!("person{number}@example.com")),
        Cell::from(format!("+4420{:08}", number * 7919 % 100_000_000)),
        Cell::from("Łucja & <Søren>"),
        Cell::Float(number as f64 / 8.0),
        Cell::Boolean(number % 3 == 0),
    ]
}

/// Resident memory of this process, in bytes, where the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[test]
fn hundreds_of_thousands_of_rows_take_no_more_memory_than_hundreds() {
    let columns: Vec<String> = ["n", "email", "phones", "name", "f", "b"]
        .map(str::to_owned)
        .to_vec();
    for format in [Format::Csv(Csv::default()), Format::JsonLines, Format::Xlsx] {
        for gzip in [false, true] {
            let options = Options { format, gzip };
            let started = std::time::Instant::now();
            let mut writer = Writer::begin(&options, &columns).unwrap();
            let (mut bytes, mut most, mut before) = (0, 0, None);
            for number in 0..ROWS {
                writer.row(&row(number)).unwrap();
                if number % 500 == 499 {
                    most = most.max(writer.ready());
                    bytes += writer.take().len();
                }
                if number == 10_000 {
                    before = resident();
                }
            }
            bytes += writer.finish().unwrap().len();
            println!("{options:?}: {bytes} bytes in {:?}", started.elapsed());
            assert!(most < 256 * 1024, "{options:?}: {most} bytes at once");
            if let (Some(before), Some(after)) = (before, resident()) {
                let grown = after.saturating_sub(before);
                assert!(grown < 8 << 20, "{options:?}: {grown} bytes more");
            }
        }
    }
}
