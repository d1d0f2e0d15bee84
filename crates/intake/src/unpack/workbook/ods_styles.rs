//! ODS: what its styles show of numbers, and which sheets they hide.
//!
//! A number style is a tree of elements there; it becomes the code that XLSX and XLS
//! would have for it, so that all three are read by the same rules.

use super::format::{Format, NumberDisplay, Shape};
use super::strings::too_large;
use super::xml::{Element, Node, Xml};
use crate::unpack::error::UnpackError;
use std::collections::{HashMap, HashSet};

/// Bytes of all names and codes together.
const BYTES: usize = 4 << 20;
/// How many styles may stand above another.
const PARENTS: usize = 10;
/// The most digits that a format asks for.
const DIGITS: usize = 64;

/// The styles of a workbook.
#[derive(Default)]
pub(crate) struct Styles {
    /// Number styles by name.
    numbers: HashMap<String, Number>,
    /// Styles of cells by name: the name of their number style, and of the style above.
    cells: HashMap<String, (Option<String>, Option<String>)>,
    /// Their formats, once all are known.
    formats: HashMap<String, Format>,
    /// Styles of sheets that are not shown.
    hidden: HashSet<String>,
    bytes: usize,
    open: PartialStyle,
}

/// A number style: its code, and those that stand for some numbers.
#[derive(Default)]
struct Number {
    code: String,
    /// `[>=0]` and the name of the style for such numbers.
    maps: Vec<(String, String)>,
}

/// What is being read.
#[derive(Default)]
struct PartialStyle {
    number: Option<(String, Number)>,
    /// A text in the pattern.
    literal: String,
    /// The digits of a number, and the texts between them: after how many digits from
    /// the right, and what.
    digits: String,
    between: Vec<(usize, String)>,
    position: usize,
    /// The style of a sheet.
    table: Option<String>,
}

impl Styles {
    /// Takes the next piece of the part that holds them.
    pub(crate) fn take(&mut self, node: &Node<'_>) -> Result<(), UnpackError> {
        match node {
            Node::Start(e) => {
                if let Some(place) = inside(e.place) {
                    self.begin(place, e)?;
                }
            }
            Node::Text(place, text) => {
                let leaf = inside(place).and_then(leaf);
                if matches!(leaf, Some("number:text" | "number:embedded-text")) {
                    self.open.literal.push_str(text);
                }
            }
            Node::End(place) => {
                if let Some(place) = inside(place) {
                    self.end(place)?;
                }
            }
            Node::Eof => {}
        }
        Ok(())
    }

    /// Looks up the formats, once all styles are known.
    pub(crate) fn settle(&mut self) {
        let names: Vec<&String> = self.cells.keys().collect();
        let mut formats = HashMap::new();
        for name in names {
            if let Some(code) = self.code(name) {
                formats.insert(name.clone(), Format::parse(&code));
            }
        }
        self.formats = formats;
        self.cells = HashMap::new();
        self.numbers = HashMap::new();
    }

    /// What a cell's style shows of a number.
    pub(crate) fn shape(&self, style: &str, value: f64) -> NumberDisplay<'_> {
        match self.formats.get(style) {
            Some(format) => format.shape(value),
            None => NumberDisplay {
                shape: &Shape::Amount,
                minus: true,
            },
        }
    }

    /// Whether a style hides its sheet.
    pub(crate) fn hides(&self, style: &str) -> bool {
        self.hidden.contains(style)
    }

    fn begin(&mut self, place: &str, e: &Element<'_>) -> Result<(), UnpackError> {
        let open = &mut self.open;
        match place {
            "style:style" => {
                let [name, family, number, parent] = e.attributes([
                    "style:name",
                    "style:family",
                    "style:data-style-name",
                    "style:parent-style-name",
                ]);
                let name = name.unwrap_or_default().into_owned();
                open.table = None;
                match family.as_deref() {
                    Some("table-cell") => {
                        let number = number.map(|number| number.into_owned());
                        let parent = parent.map(|parent| parent.into_owned());
                        let names = [&number, &parent].into_iter().flatten();
                        let bytes = name.len() + names.map(String::len).sum::<usize>();
                        self.cells.insert(name, (number, parent));
                        return self.count(bytes);
                    }
                    Some("table") => open.table = Some(name),
                    _ => {}
                }
            }
            "style:style/style:table-properties" => {
                let hidden = e.attribute("table:display").is_some_and(|v| v == "false");
                if let Some(name) = open.table.take().filter(|_| hidden) {
                    let bytes = name.len();
                    self.hidden.insert(name);
                    return self.count(bytes);
                }
            }
            _ => match place.split_once('/') {
                None if is_number(place) => {
                    let name = e.attribute("style:name").unwrap_or_default();
                    let mut number = Number::default();
                    let elapsed = e.attribute("number:truncate-on-overflow");
                    match place {
                        // Whatever is shown of it, these are amounts.
                        "number:currency-style" | "number:percentage-style" => {
                            number.code.push('%');
                        }
                        "number:time-style" if elapsed.is_some_and(|v| v == "false") => {
                            number.code.push_str("[h]");
                        }
                        "number:time-style" => number.code.push('h'),
                        _ => {}
                    }
                    open.number = Some((name, number));
                }
                Some((outer, inner)) if is_number(outer) => open.begin(inner, e),
                _ => {}
            },
        }
        Ok(())
    }

    fn end(&mut self, place: &str) -> Result<(), UnpackError> {
        let open = &mut self.open;
        match place.split_once('/') {
            None if is_number(place) => {
                if let Some((name, number)) = open.number.take() {
                    let maps = number
                        .maps
                        .iter()
                        .map(|(limit, name)| limit.len() + name.len());
                    let bytes = name.len() + number.code.len() + maps.sum::<usize>();
                    self.numbers.insert(name, number);
                    return self.count(bytes);
                }
            }
            Some((outer, inner)) if is_number(outer) => open.end(inner),
            _ => {}
        }
        match &open.number {
            Some((_, number)) if number.code.len() + open.literal.len() > BYTES => Err(too_large()),
            _ => Ok(()),
        }
    }

    fn count(&mut self, bytes: usize) -> Result<(), UnpackError> {
        self.bytes = self.bytes.saturating_add(bytes + size_of::<Number>());
        if self.bytes > BYTES {
            return Err(too_large());
        }
        Ok(())
    }

    /// The code of a cell style's format.
    fn code(&self, style: &str) -> Option<String> {
        let mut style = style;
        for _ in 0..PARENTS {
            let (number, parent) = self.cells.get(style)?;
            if let Some(number) = number {
                let number = self.numbers.get(number)?;
                let mut code = String::new();
                for (limit, name) in number.maps.iter().take(2) {
                    let section = self.numbers.get(name).map_or("", |n| n.code.as_str());
                    code.push_str(&format!("{limit}{section};"));
                }
                code.push_str(&number.code);
                return Some(code);
            }
            style = parent.as_deref()?;
        }
        None
    }
}

impl PartialStyle {
    fn begin(&mut self, place: &str, e: &Element<'_>) {
        let Some((_, number)) = &mut self.number else {
            return;
        };
        let count = |name| e.attribute(name).and_then(|n| n.parse::<usize>().ok());
        match place {
            "number:number" => {
                let [grouping, factor] = e.attributes(["number:grouping", "number:display-factor"]);
                let is_amount =
                    grouping.is_some_and(|v| v == "true") || factor.is_some_and(|v| v != "1");
                let whole = count("number:min-integer-digits").unwrap_or(1).min(DIGITS);
                let decimals = count("number:decimal-places").unwrap_or(0).min(DIGITS);
                if is_amount {
                    number.code.push('%');
                }
                self.digits = "0".repeat(whole);
                if whole == 0 {
                    self.digits.push('#');
                }
                if decimals > 0 {
                    self.digits.push('.');
                    self.digits.extend(std::iter::repeat_n('0', decimals));
                }
                self.between.clear();
            }
            "number:number/number:embedded-text" => {
                self.literal.clear();
                self.position = count("number:position").unwrap_or(0);
            }
            "number:text" => self.literal.clear(),
            "number:scientific-number" | "number:fraction" | "number:currency-symbol" => {
                number.code.push('%');
            }
            "number:year" | "number:era" => number.code.push('y'),
            "number:month" => number.code.push('m'),
            "number:day" | "number:day-of-week" | "number:week-of-year" | "number:quarter" => {
                number.code.push('d');
            }
            "number:hours" | "number:seconds" => number.code.push('h'),
            "number:text-content" => number.code.push('@'),
            "style:map" => {
                let [limit, style] = e.attributes(["style:condition", "style:apply-style-name"]);
                let limit = limit.unwrap_or_default();
                if let Some(limit) = limit.strip_prefix("value()") {
                    // "!=" is written "<>" in codes.
                    let limit = limit.replace("!=", "<>");
                    let style = style.unwrap_or_default().into_owned();
                    if number.maps.len() < 3 {
                        number.maps.push((format!("[{limit}]"), style));
                    }
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, place: &str) {
        let Some((_, number)) = &mut self.number else {
            return;
        };
        match place {
            "number:text" => push_literal(&self.literal, &mut number.code),
            "number:number/number:embedded-text" if self.between.len() < DIGITS => {
                self.between.push((self.position, self.literal.clone()));
            }
            "number:number" => {
                let digits = std::mem::take(&mut self.digits);
                let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
                // A text between digits has one in front of it.
                let first = self.between.iter().map(|(position, _)| *position).max();
                let places = first.unwrap_or_default().min(DIGITS) + 1;
                let whole = format!("{whole:#>places$}");
                for (index, digit) in whole.chars().enumerate() {
                    let left = whole.len() - index;
                    for (position, text) in &self.between {
                        if *position == left {
                            push_literal(text, &mut number.code);
                        }
                    }
                    number.code.push(digit);
                }
                if !fraction.is_empty() {
                    number.code.push('.');
                    number.code.push_str(fraction);
                }
            }
            _ => {}
        }
        if place != "number:number/number:embedded-text" {
            self.literal.clear();
        }
    }
}

/// A text that stands for itself, as codes have it.
fn push_literal(text: &str, code: &mut String) {
    for c in text.chars() {
        code.push('\\');
        code.push(c);
    }
}

fn is_number(element: &str) -> bool {
    matches!(
        element,
        "number:number-style"
            | "number:currency-style"
            | "number:percentage-style"
            | "number:date-style"
            | "number:time-style"
            | "number:text-style"
    )
}

/// A place inside the styles, without what stands above.
fn inside(place: &str) -> Option<&str> {
    let roots = [
        "/office:document-content/office:automatic-styles/",
        "/office:document-styles/office:automatic-styles/",
        "/office:document-styles/office:styles/",
    ];
    roots.iter().find_map(|root| place.strip_prefix(root))
}

fn leaf(place: &str) -> Option<&str> {
    place.rsplit('/').next()
}

/// Reads all styles of a part.
pub(crate) fn read(xml: &mut Xml, styles: &mut Styles) -> Result<(), UnpackError> {
    loop {
        match xml.next()? {
            Node::Eof => return Ok(()),
            node => styles.take(&node)?,
        }
    }
}
