//! Whether the first row holds names.

use super::kind::{Kind, kind};
use super::{Clue, Reasons};
use crate::records::{Cells, Position, Records};
use crate::settings::Reading;

/// How many rows are compared with the first.
const ROWS: usize = 200;

/// Words that stand in headers of files of people, in lower case.
const WORDS: &[&str] = &[
    "address",
    "birth",
    "birthday",
    "city",
    "comment",
    "company",
    "country",
    "created",
    "date",
    "email",
    "firstname",
    "gender",
    "id",
    "language",
    "lastname",
    "mail",
    "middlename",
    "mobile",
    "name",
    "nickname",
    "number",
    "phone",
    "postcode",
    "region",
    "sex",
    "state",
    "status",
    "surname",
    "tag",
    "tags",
    "tel",
    "title",
    "type",
    "url",
    "website",
    "zip",
    "адрес",
    "возраст",
    "город",
    "дата",
    "имя",
    "индекс",
    "компания",
    "комментарий",
    "номер",
    "отчество",
    "пол",
    "почта",
    "регион",
    "рождения",
    "сайт",
    "статус",
    "страна",
    "тел",
    "телефон",
    "фамилия",
    "фио",
    "язык",
];

/// Compares the first row with what stands below it. `reading` is settled but for
/// its header.
pub(crate) fn find(text: &[u8], whole: bool, reading: &Reading, reasons: &mut Reasons) -> bool {
    let (header, clue) = judge(&rows(text, whole, reading));
    reasons.add("header", clue);
    header
}

fn rows(text: &[u8], whole: bool, reading: &Reading) -> Vec<Cells> {
    let reading = Reading {
        header: false,
        skip_rows: 0,
        report: None,
        ..reading.clone()
    };
    let mut records = Records::new(&reading, Position::start(0));
    records.feed(text, whole);
    let mut rows = Vec::new();
    while rows.len() <= ROWS
        && let Some(item) = records.next_record()
    {
        match item {
            Ok(record) => rows.extend(record.content.cells().cloned()),
            Err(error) => rows.extend(error.cells),
        }
    }
    // A source of one line without its end is one row all the same.
    if rows.is_empty() && !whole {
        records.feed(&[], true);
        if let Some(Ok(record)) = records.next_record() {
            rows.extend(record.content.cells().cloned());
        }
    }
    rows
}

/// The most cells that one of the first rows has.
pub(crate) fn widest(text: &[u8], whole: bool, reading: &Reading) -> u32 {
    let widths = rows(text, whole, reading).into_iter().map(|row| row.len());
    u32::try_from(widths.max().unwrap_or_default()).unwrap_or_default()
}

fn judge(rows: &[Cells]) -> (bool, Clue) {
    let Some((first, below)) = rows.split_first() else {
        return (true, Clue::NoRows);
    };
    let kinds: Vec<Kind> = first.iter().map(kind).collect();
    let mut named = 0;
    let mut typed = Vec::new();
    let mut values = Vec::new();
    // What names no column in any file: one speaks louder than several words.
    let mut sure = None;
    for (index, (cell, &found)) in first.iter().zip(&kinds).enumerate() {
        if found == Kind::Text && has_word(cell) {
            named += 1;
        }
        let usual = usual(below, index);
        let repeated = || {
            let same = |row: &Cells| row.get(index).is_some_and(|value| value == cell);
            below.iter().any(same)
        };
        match (found, usual) {
            (Kind::Text, Some(Kind::Text)) if repeated() => values.push(index),
            (Kind::Text, Some(Kind::Text) | None) | (Kind::Empty, _) => {}
            (Kind::Text, Some(_)) => typed.push(index),
            // Years as names of columns are known, addresses and e-mails not.
            (Kind::Number, Some(Kind::Number) | None) => values.push(index),
            (Kind::Number, _) => {}
            (Kind::Email | Kind::Link | Kind::Phone, _) => {
                sure = sure.or(Some(index));
                values.push(index);
            }
            (_, _) => values.push(index),
        }
    }
    if let Some(index) = sure {
        return (false, Clue::CellIsValue { cell: index + 1 });
    }
    let column = |indices: &[usize]| indices.first().map_or(1, |index| index + 1);
    if named + 2 * typed.len() > 2 * values.len() {
        let clue = match named {
            0 => Clue::CellUnlike {
                cell: column(&typed),
            },
            count => Clue::ColumnWords { count },
        };
        return (true, clue);
    }
    if !values.is_empty() {
        let cell = column(&values);
        return (false, Clue::CellLikeValue { cell });
    }
    let empty = kinds.iter().filter(|&&kind| kind == Kind::Empty).count();
    if empty * 2 > kinds.len() {
        return (false, Clue::MostlyEmpty);
    }
    (true, Clue::NoValue)
}

/// What four of five values of a column look like; text where they differ.
fn usual(below: &[Cells], index: usize) -> Option<Kind> {
    let cells = below.iter().filter_map(|row| row.get(index));
    let kinds: Vec<Kind> = cells
        .map(kind)
        .filter(|&kind| kind != Kind::Empty)
        .collect();
    let typed = [
        Kind::Number,
        Kind::Date,
        Kind::Email,
        Kind::Phone,
        Kind::Link,
    ];
    let most = |kind: &Kind| {
        let count = kinds.iter().filter(|found| *found == kind).count();
        count * 5 >= kinds.len() * 4
    };
    if kinds.is_empty() {
        return None;
    }
    Some(typed.into_iter().find(most).unwrap_or(Kind::Text))
}

fn has_word(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    let whole: String = cell.chars().filter(|c| c.is_alphanumeric()).collect();
    WORDS.contains(&whole.as_str())
        || (cell.chars().count() <= 40
            && cell
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| WORDS.contains(&word)))
}
