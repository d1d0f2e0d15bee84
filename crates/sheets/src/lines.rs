//! JSON Lines.

use crate::Cell;

/// Writes one JSON object for each row, keys in the order of the columns.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Each column's name as JSON, with the colon.
    keys: Vec<Vec<u8>>,
}

impl Lines {
    pub(crate) fn new(columns: &[String]) -> Self {
        let key = |name: &String| {
            let mut key = Vec::new();
            json(&mut key, name);
            key.push(b':');
            key
        };
        Lines {
            keys: columns.iter().map(key).collect(),
        }
    }

    pub(crate) fn row(&self, cells: &[Cell], out: &mut Vec<u8>) {
        out.push(b'{');
        let mut first = true;
        for (key, cell) in self.keys.iter().zip(cells) {
            match cell {
                Cell::Empty => continue,
                Cell::Float(number) if !number.is_finite() => continue,
                _ => {}
            }
            if !first {
                out.push(b',');
            }
            first = false;
            out.extend_from_slice(key);
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => json(out, text),
                Cell::Integer(number) => json(out, number),
                Cell::Float(number) => json(out, number),
                Cell::Boolean(truth) => json(out, truth),
                Cell::Json(value) => json(out, value),
            }
        }
        out.extend_from_slice(b"}\n");
    }
}

fn json(out: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    // Neither a `Vec` refuses bytes nor do these types fail to serialise.
    let _ = serde_json::to_writer(out, value);
}
