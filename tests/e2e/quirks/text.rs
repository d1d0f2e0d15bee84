//! A text file as spreadsheet programs, other systems and people leave it.

use super::typed::{TypedRow, Way, pick};
use serde_json::json;

/// The names of the columns, and the fields that they become.
pub const COLUMNS: [(&str, &str); 11] = [
    ("Account", "account"),
    ("E-mail", "email"),
    ("First name", "_fname"),
    ("City", "_city"),
    ("Postcode", "_postal_code"),
    ("Mobile", "phones"),
    ("Birthday", "_bdate"),
    ("Renewal", "renewal"),
    ("Points", "points"),
    ("Extra", "extra"),
    ("Note", "note"),
];

/// The column of consent, which stands last.
pub const CONSENT: &str = "Newsletter?";

/// A cell in quotation marks.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn account(row: usize) -> Vec<Way> {
    let number = format!("{row:06}");
    [
        format!("=\"{number}\""),
        quoted(&format!("=\"{number}\"")),
        number.clone(),
        format!("{number}\u{a0}"),
        format!("\u{200e}{number}\u{200b}"),
        quoted(&format!(" {number}")),
    ]
    .map(|written| Way::text(written, number.clone()))
    .into()
}

/// Ways to write a mobile number of Germany whose last digits are those of the row.
pub fn phone(row: usize) -> Vec<Way> {
    let own = format!("{row:04}");
    let e164 = format!("+491512345{own}");
    let digits = format!("15123{:02}{own}", 45);
    let is = |written: String| Way::Is(written, json!([e164]));
    let mantissa = format!("4.9{digits}");
    vec![
        is(format!("+49 151 2345{own}")),
        is(format!("49{digits}")),
        is(format!("49{digits}.0")),
        is(format!("0{digits}")),
        is(format!("0049{digits}")),
        is(format!("{}E+12", mantissa.trim_end_matches('0'))),
        Way::Wrong("4.91512E+12".to_owned(), "phone_digits_lost"),
        Way::Wrong("n/a".to_owned(), "invalid_phone"),
        is(format!("\u{a0}+49\u{200b} (151) 2345\u{2011}{own}")),
        is(quoted(&format!("=\"{e164}\""))),
        is(format!("'{e164}")),
        is(digits.clone()),
        Way::Nothing(String::new()),
        Way::Wrong("#N/A".to_owned(), "sheet_error"),
    ]
}

fn birthday() -> Vec<Way> {
    vec![
        Way::text("14.05.68", "1968-05-14"),
        Way::text("14.05.05", "2005-05-14"),
        Way::text("01.02.99", "1999-02-01"),
        Way::text("31.12.1931", "1931-12-31"),
        Way::text("1990-05-14 00:00:00", "1990-05-14"),
        Way::text("1990-05-14T00:00:00.000", "1990-05-14"),
        Way::text("14.05.1990 00:00:00", "1990-05-14"),
        Way::Wrong("31.02.90".to_owned(), "invalid_date"),
        Way::Wrong("#WERT!".to_owned(), "sheet_error"),
        Way::Nothing(" ".to_owned()),
    ]
}

/// Numbers with a decimal comma.
fn points() -> Vec<Way> {
    let is = |written: &str, value: i64| Way::Is(written.to_owned(), json!(value));
    vec![
        is("1.234", 1234),
        is("42,0", 42),
        is("9007199254740993", 9_007_199_254_740_993),
        is("9007199254740993,0", 9_007_199_254_740_993),
        is("-7", -7),
        is("\u{a0}1 234\u{a0}", 1234),
        Way::Wrong("99999999999999999999".to_owned(), "out_of_range"),
        Way::Wrong("1,5".to_owned(), "wrong_type"),
        Way::Nothing(String::new()),
    ]
}

fn extra() -> Vec<Way> {
    let long = r#"{"n":123456789012345678901234567890}"#;
    vec![
        Way::Is(quoted(r#"{"a": ["x", 1]}"#), json!({"a": ["x", 1]})),
        Way::Wrong(quoted(long), "number_not_exact"),
        Way::Wrong("{oops".to_owned(), "invalid_json"),
        Way::Nothing(String::new()),
    ]
}

fn note() -> Vec<Way> {
    vec![
        Way::text(quoted("two\r\nlines"), "two lines"),
        Way::text(quoted("semi;colon"), "semi;colon"),
        Way::text(quoted("a \"quoted\" word"), "a \"quoted\" word"),
        Way::text("=A1+1", "=A1+1"),
        Way::text("'=A1+1", "=A1+1"),
        Way::text("soft\u{ad}hyphen", "softhyphen"),
        Way::text("e\u{301}te\u{301}", "été"),
        Way::text(quoted("=\"a \"\"b\"\"\""), "a \"b\""),
        Way::text("O'Brien", "O'Brien"),
        Way::Nothing(String::new()),
    ]
}

/// The text of a file of so many rows, and what a person would have typed. The last row
/// never closes its quote.
pub fn file(count: usize) -> (String, Vec<TypedRow>) {
    // A line that names the delimiter, saved as a row; a header in formulas, with two
    // empty names at its end.
    let mut text = "\"SEP=;\";;;\r\n=\"Account\";".to_owned();
    for (name, _) in &COLUMNS[1..] {
        text += &format!("{name};");
    }
    text += &format!("\"=\"\"{CONSENT}\"\"\";;\r\n");
    let names = ["Łukasz", "Věra", "Győző", "Jürgen", "Zoë", "Ольга", "小明"];
    let mut rows = Vec::new();
    for row in 0..count {
        let mut typed = TypedRow::default();
        let mail = format!("p{row}@example.com");
        let mut cells = vec![pick(account(row), row).write("account", &mut typed)];
        let address = [
            mail.clone(),
            format!(" {mail} "),
            format!("p{row}@\u{200b}example.com"),
            format!("p{row}@ｅｘａｍｐｌｅ.com"),
            format!("\u{feff}{mail}\u{a0}"),
            quoted(&mail),
        ];
        typed.set("email", mail.clone());
        cells.push(if row % 50 == 7 {
            typed.fails = Some("invalid_email");
            format!("p{row} at example.com")
        } else {
            address[row / 6 % 6].clone()
        });
        let name = names[row % names.len()];
        cells.push(Way::text(name, name).write("_fname", &mut typed));
        let cities = vec![
            Way::text("Bad\u{a0}Aibling", "Bad Aibling"),
            Way::Wrong("#N/A".to_owned(), "sheet_error"),
            Way::text("Köln", "Köln"),
            Way::Wrong("#REF!".to_owned(), "sheet_error"),
            Way::text("Ko\u{308}ln", "Köln"),
        ];
        cells.push(pick(cities, row / 3).write("_city", &mut typed));
        let code = format!("{:05}", 1067 + row);
        let codes = vec![
            Way::text(format!("=\"{code}\""), &code),
            Way::text(&code, &code),
            Way::text(quoted(&format!("=\"{code}\"")), &code),
        ];
        cells.push(pick(codes, row / 5).write("_postal_code", &mut typed));
        cells.push(pick(phone(row), row).write("phones", &mut typed));
        cells.push(pick(birthday(), row / 2).write("_bdate", &mut typed));
        let renewals = vec![
            Way::text("01.03.31", "2031-03-01"),
            Way::text("01.03.19", "2019-03-01"),
            Way::Nothing(String::new()),
        ];
        cells.push(pick(renewals, row / 4).write("renewal", &mut typed));
        cells.push(pick(points(), row).write("points", &mut typed));
        cells.push(pick(extra(), row / 7).write("extra", &mut typed));
        // What is not at a row's end is empty, what is empty beyond it nothing.
        let mut end = "\r\n";
        if row % 9 == 4 {
            typed.leave_out("opt_in_missing");
        } else {
            cells.push(pick(note(), row).write("note", &mut typed));
            cells.push(match row % 6 {
                0 | 3 => {
                    typed.yes = true;
                    "yes".to_owned()
                }
                1 => "no".to_owned(),
                2 => {
                    typed.leave_out("opt_in_unknown");
                    "on request".to_owned()
                }
                4 => {
                    typed.leave_out("opt_in_missing");
                    String::new()
                }
                _ => {
                    typed.leave_out("sheet_error");
                    "#N/A".to_owned()
                }
            });
            match row % 17 {
                3 => cells.extend(["", "", " ", ""].map(str::to_owned)),
                8 => {
                    cells.extend(["", "", "beyond"].map(str::to_owned));
                    typed.fails = Some("row_too_long");
                }
                11 => end = "\n",
                13 => end = "\r",
                15 => end = "\r\n\r\n",
                _ => {}
            }
        }
        let mut line = cells.join(";");
        if row + 1 == count {
            line = line.replacen(name, &format!("\"{name}"), 1);
            typed.fails = Some("quote_not_closed");
        }
        text += &line;
        text += end;
        rows.push(typed);
    }
    (text, rows)
}
