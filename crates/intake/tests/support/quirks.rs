//! A CSV as spreadsheet programs and people leave it, with all that is odd about such
//! files at once.

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Its cells: e-mail, name, postal code, note.
    Fine([String; 4]),
    /// The code of what is wrong with it.
    Wrong(&'static str),
}

/// The text of a file of `count` rows, which fits windows-1250, and what its rows
/// become. The last row never closes its quote.
pub fn csv(count: usize) -> (String, Vec<Row>) {
    let names = [
        "Łukasz Wójcik",
        "Věra Dvořáková",
        "Szőke Győző",
        "Jürgen Groß",
    ];
    // A line that names the delimiter, saved as a row; a header in formulas, with two
    // empty names at its end.
    let mut text = "\"SEP=;\";;;\r\n=\"E-mail\";Name;\"=\"\"PLZ\"\"\";Note;;\r\n".to_owned();
    let mut rows = Vec::new();
    for row in 0..count {
        let mail = format!("p{row}@example.com");
        let name = names[row % names.len()];
        let code = format!("{row:05}");
        let fine =
            |note: &str| Row::Fine([mail.clone(), name.to_owned(), code.clone(), note.to_owned()]);
        let (line, becomes) = match row % 8 {
            _ if row + 1 == count => (
                format!("{mail};\"{name}\r\n"),
                Row::Wrong("quote_not_closed"),
            ),
            0 => (format!("{mail};{name};=\"{code}\";\r\n"), fine("")),
            1 => (format!("{mail};{name};\"=\"\"{code}\"\"\"\r\n"), fine("")),
            2 => (
                format!("{mail};{name};{code};=\"a \"\"b\"\"\";;;;;\r\n"),
                fine("a \"b\""),
            ),
            3 => (format!("{mail};{name};{code};=A1+1\n"), fine("=A1+1")),
            4 => (
                format!("{mail};{name};{code};\"two\r\nlines\"; \r\n"),
                fine("two\r\nlines"),
            ),
            5 => (
                format!("{mail};{name};{code};x;;;;beyond\r\n"),
                Row::Wrong("row_too_long"),
            ),
            6 => (
                format!("{mail};\"{name}\";{code};'+49 30 1\r\n\r\n"),
                fine("'+49 30 1"),
            ),
            _ => (
                format!("{mail};{name};{code};\"semi;colon\"\r"),
                fine("semi;colon"),
            ),
        };
        text.push_str(&line);
        rows.push(becomes);
    }
    (text, rows)
}
