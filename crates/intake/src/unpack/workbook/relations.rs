//! How the parts of an XLSX file refer to each other.

use super::parts::Parts;
use super::xml::{Xml, attribute, broken};
use crate::unpack::error::UnpackError;
use quick_xml::events::Event;

/// The most bytes of a part that is read whole: all but sheets and their strings.
pub(crate) const PART_BYTES: u64 = 8 << 20;
const RELATIONS: usize = 20_000;

/// What one part says about another.
pub(crate) struct Relation {
    pub(crate) id: String,
    /// The last word of its type: `worksheet`, `styles`, …
    pub(crate) kind: String,
    /// The other part's name.
    pub(crate) target: String,
}

/// The relations of a part; the package itself is `""`.
pub(crate) fn of(parts: &Parts, part: &str) -> Result<Vec<Relation>, UnpackError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let path = join(folder, &format!("_rels/{file}.rels"));
    let mut relations = Vec::new();
    let Some(reader) = parts.open(&path, PART_BYTES) else {
        return Ok(relations);
    };
    let mut xml = Xml::new(reader);
    loop {
        match xml.next()? {
            Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                let kind = attribute(&e, "Type").unwrap_or_default();
                let target = attribute(&e, "Target").unwrap_or_default();
                relations.push(Relation {
                    id: attribute(&e, "Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: join(folder, &target),
                });
                if relations.len() > RELATIONS {
                    return Err(broken("it has too many parts"));
                }
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A name as it is seen from a folder; with a slash in front from the outermost.
fn join(folder: &str, name: &str) -> String {
    let mut path: Vec<&str> = if name.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_from_their_folder() {
        assert_eq!(
            join("xl", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
        assert_eq!(join("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(join("xl/worksheets", "../a.xml"), "xl/a.xml");
        assert_eq!(join("", "./xl/workbook.xml"), "xl/workbook.xml");
    }
}
