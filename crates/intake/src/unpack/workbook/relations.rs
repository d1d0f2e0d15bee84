//! How the parts of an XLSX file refer to each other.

use super::parts::Parts;
use super::xml::{Node, Xml, broken};
use crate::unpack::error::UnpackError;

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
            Node::Start(e) if e.place == "/rels:Relationships/rels:Relationship" => {
                let [id, kind, target, mode] = e.attributes(["Id", "Type", "Target", "TargetMode"]);
                // What lies outside of the file is not read.
                let inside = mode.is_none_or(|mode| mode != "External");
                let Some(kind) = kind.as_deref().and_then(kind_of).filter(|_| inside) else {
                    continue;
                };
                relations.push(Relation {
                    id: id.unwrap_or_default().into_owned(),
                    kind: kind.to_owned(),
                    target: join(folder, &target.unwrap_or_default()),
                });
                if relations.len() > RELATIONS {
                    return Err(broken("it has too many parts"));
                }
            }
            Node::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// The last word of a relation's type, if Office has defined it.
fn kind_of(kind: &str) -> Option<&str> {
    let office = [
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/",
    ];
    office.iter().find_map(|office| kind.strip_prefix(office))
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
