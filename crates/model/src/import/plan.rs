//! A mapping made ready for one file: rows become items of a batch.

use super::columns::{Column, Columns, Finder, Source, member};
use super::convert::Conversion;
use super::mapping::{Destination, Group, Mapping};
use super::reader::{Cell, Reader};
use super::relation::RelationPart;
use super::relation_rule::RelationRule;
use super::settings::ImportSettings;
use super::subscriber::Subscriber;
use super::target::{Action, FieldTarget, SUBSCRIPTIONS};
use crate::Code;
use crate::activity;
use crate::database::Database;
use crate::error::{Invalid, excerpt, valid};
use crate::time::Timestamp;
use crate::write::edits::opt_in_missing;
use crate::write::leniency::{Leniency, Omissions};
use crate::write::{Command, Refusal, RelationEdit, Request, Schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// One row of a file.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    /// Cells, by index from 0. `None` where there is none.
    Cells(&'a dyn Fn(usize) -> Option<&'a str>),
    /// A JSON record.
    Record(&'a Map<String, Value>),
}

/// What makes items of rows: settings and a file's columns, looked up once.
///
/// It holds what it needs of the schema, so it is made again when that changes.
#[derive(Debug)]
pub struct Plan {
    pub(super) columns: Vec<Column>,
    pub(super) fields: Vec<FieldPlan>,
    pub(super) subscribers: Vec<Subscriber>,
    relations: Vec<RelationRule>,
    constants: Map<String, Value>,
    pub(super) fixed: Vec<Value>,
    pub(super) whole: bool,
    pub(super) leniency: Leniency,
    pub(super) reader: Reader,
    request: Request,
    /// The database with another zone or region than its own.
    database: Option<Box<Database>>,
    ignored: Vec<usize>,
}

/// A field and the columns, as indices into those of the plan, that give it.
#[derive(Debug)]
pub(super) struct FieldPlan {
    pub target: FieldTarget,
    /// Whether a cell that can't be read refuses the row all the same.
    required: bool,
    pub columns: Vec<usize>,
    pub convert: Conversion,
    clears: bool,
}

/// What a row gives. Pointers name columns.
#[derive(Default)]
pub(super) struct RowDraft {
    data: Map<String, Value>,
    left_out: Omissions,
    /// Complaints about cells that would say who is meant, also told above.
    unread: Vec<Invalid>,
    /// The column of the global status, where it says nothing.
    no_status: Option<usize>,
    errors: Vec<Invalid>,
    relations: Vec<RelationEdit>,
}

impl RowDraft {
    /// A relation that can't be made of a row's cells.
    fn not_related(&mut self, invalid: Invalid, leniency: Leniency) {
        match leniency.values {
            true => self.left_out.told.push(invalid),
            false => self.errors.push(invalid),
        }
    }

    /// A whole subscription is left out.
    fn not_subscribed(&mut self, invalid: Invalid) {
        self.left_out.subscription = true;
        self.left_out.told.push(invalid);
    }
}

impl Plan {
    /// Looks up the columns that the settings name. Pointers are inside the
    /// settings.
    ///
    /// Codes: `unknown_column`, `ambiguous_column`, `unmapped_column` (if
    /// others are to be refused), `double_target` (one column named twice for
    /// one thing), `required` (no mapping, or nothing mapped),
    /// `not_supported` (`"data"` for a file without records),
    /// `consent_column_not_mapped` (a column that says who gets no messages, left out
    /// where somebody could be subscribed who left).
    pub fn new(
        settings: &ImportSettings,
        columns: Columns,
        schema: &Schema,
    ) -> Result<Self, Vec<Invalid>> {
        let plan = Plan::for_preview(settings, columns, schema)?;
        plan.heeds(columns.headers())?;
        Ok(plan)
    }

    /// [`Plan::new`] for looking at rows before anything is written: a column that says
    /// who gets no messages may be left out, and is asked about.
    pub fn for_preview(
        settings: &ImportSettings,
        columns: Columns,
        schema: &Schema,
    ) -> Result<Self, Vec<Invalid>> {
        let records = matches!(columns, Columns::Records);
        let default = Mapping {
            whole: true,
            ..Mapping::default()
        };
        let mapping = settings.mapping.as_ref().unwrap_or(&default);
        if mapping.whole && !records {
            let invalid = Invalid::new(
                Code::Required,
                "A file of cells needs a mapping: an array of columns and what they become.",
            );
            return Err(vec![invalid.at("mapping")]);
        }
        let mut reader = settings.reader.clone();
        if !matches!(columns, Columns::Text(_)) {
            reader.knows_types();
        }
        let database = match settings.adjusted(schema.database) {
            Cow::Owned(database) => Some(Box::new(database)),
            Cow::Borrowed(_) => None,
        };
        let mut plan = Plan {
            columns: Vec::new(),
            fields: Vec::new(),
            subscribers: Vec::new(),
            relations: Vec::new(),
            constants: mapping.constants.clone(),
            fixed: mapping.fixed.clone(),
            whole: mapping.whole,
            leniency: settings.request.leniency,
            reader,
            request: settings.request.clone(),
            database,
            ignored: Vec::new(),
        };
        plan.place(mapping, columns, schema)?;
        plan.others(columns.headers(), settings.refuse_others)?;
        plan.adopt(columns);
        Ok(plan)
    }

    /// The same at a moment, which tells the century of years of two digits.
    #[must_use]
    pub fn at_moment(mut self, now: Timestamp) -> Self {
        self.reader.now = Some(now);
        self
    }

    /// Finds the column of each link and puts it where it belongs.
    fn place(
        &mut self,
        mapping: &Mapping,
        columns: Columns,
        schema: &Schema,
    ) -> Result<(), Vec<Invalid>> {
        let finder = Finder::new(columns);
        let mut wrong = Vec::new();
        let mut parts: Vec<Vec<(usize, &super::target::Part)>> =
            mapping.groups.iter().map(|_| Vec::new()).collect();
        let mut related: Vec<Vec<(usize, &RelationPart)>> =
            mapping.relations.iter().map(|_| Vec::new()).collect();
        for link in &mapping.links {
            let at = |invalid: Invalid, member: &str| {
                invalid.at(member).at_index(link.entry).at("mapping")
            };
            let column = match finder.find(&link.column) {
                Ok(column) => self.column(column),
                Err(invalid) => {
                    let invalid = at(invalid, "column");
                    // A column that becomes several things is missing once.
                    if wrong.last() != Some(&invalid) {
                        wrong.push(invalid);
                    }
                    continue;
                }
            };
            match &link.to {
                Destination::Nothing => {}
                Destination::Field(target) => {
                    if let Err(invalid) = self.field(target, column, schema) {
                        wrong.push(at(invalid, "to"));
                    }
                }
                Destination::Part(group, part) => {
                    if let Some(parts) = parts.get_mut(*group) {
                        parts.push((column, part));
                    }
                }
                Destination::Relation(relation, part) => {
                    if let Some(parts) = related.get_mut(*relation) {
                        parts.push((column, part));
                    }
                }
            }
        }
        for (group, parts) in mapping.groups.iter().zip(parts) {
            let contacts = self.own_contacts(group);
            let made = Subscriber::new(group, &parts, contacts, schema);
            self.subscribers.push(made);
        }
        for (group, parts) in mapping.relations.iter().zip(related) {
            let region = self.database.as_deref().and_then(|one| one.region);
            self.relations
                .extend(RelationRule::new(group, &parts, region, schema));
        }
        valid((), wrong)
    }

    /// The index of a column among those of the plan.
    pub(super) fn column(&mut self, column: Column) -> usize {
        if let Source::Cell(index) = column.source {
            self.ignored.retain(|other| *other != index);
        }
        let known = self.columns.iter().position(|c| *c == column);
        known.unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    fn field(
        &mut self,
        target: &FieldTarget,
        column: usize,
        schema: &Schema,
    ) -> Result<(), Invalid> {
        let known = self
            .fields
            .iter_mut()
            .find(|f| f.target.name == target.name);
        if let Some(known) = known {
            if known.columns.contains(&column) {
                let detail = format!("This column is named twice for {}.", target.name);
                return Err(Invalid::new(Code::DoubleTarget, detail));
            }
            known.columns.push(column);
            return Ok(());
        }
        let field = schema.database.field(&target.name);
        let convert = match (field, target.action) {
            (None, _) if target.name == SUBSCRIPTIONS => Conversion::Json,
            (_, Action::Upsert) | (None, _) => Conversion::Text,
            (Some(field), _) => Conversion::of(field),
        };
        self.fields.push(FieldPlan {
            target: target.clone(),
            required: field.is_some_and(|field| field.required),
            columns: vec![column],
            convert,
            // The global status and the id can't be cleared.
            clears: self.reader.clear && target.action == Action::Set && field.is_some(),
        });
        Ok(())
    }

    /// The columns that give a subscription's contact if none is meant for it.
    fn own_contacts(&mut self, group: &Group) -> Vec<usize> {
        let Some(name) = group.contact_field() else {
            return Vec::new();
        };
        if self.whole {
            return vec![self.column(Column {
                source: Source::Member(name.to_owned()),
                name: name.to_owned(),
            })];
        }
        let field = self.fields.iter().find(|field| {
            let action = field.target.action;
            field.target.name == name && matches!(action, Action::Set | Action::Add)
        });
        field.map(|field| field.columns.clone()).unwrap_or_default()
    }

    /// Looks at the columns that the mapping does not name.
    fn others(&mut self, headers: &[String], refuse: bool) -> Result<(), Vec<Invalid>> {
        let named: Vec<usize> = self
            .columns
            .iter()
            .filter_map(|column| match column.source {
                Source::Cell(index) => Some(index),
                Source::Member(_) | Source::Pointer(_) => None,
            })
            .collect();
        let mut other = vec![true; headers.len()];
        for index in named {
            if let Some(other) = other.get_mut(index) {
                *other = false;
            }
        }
        let others = other.iter().enumerate().filter(|(_, other)| **other);
        self.ignored = others.map(|(index, _)| index).collect();
        if refuse && !self.ignored.is_empty() {
            let names = self.ignored.iter().filter_map(|index| headers.get(*index));
            let names: Vec<String> = names.take(10).map(|name| excerpt(name)).collect();
            let detail = format!(
                "{} columns are not mapped, among them {}: map them, or to \"ignore\".",
                self.ignored.len(),
                names.join(", ")
            );
            return Err(vec![
                Invalid::new(Code::UnmappedColumn, detail).at("mapping"),
            ]);
        }
        Ok(())
    }

    /// The columns, by index, that the mapping does not name and that are not read
    /// beside those that it does.
    pub fn ignored(&self) -> &[usize] {
        &self.ignored
    }

    /// The data of one item, as [`Request::prepare`] takes it. Subscriptions
    /// that can't be read are left out if the settings say so. Pointers name
    /// columns: `/Birth date`.
    pub fn item(&self, row: Row) -> Result<Value, Vec<Invalid>> {
        let built = self.build(row);
        if built.errors.is_empty() {
            Ok(Value::Object(built.data))
        } else {
            Err(built.errors)
        }
    }

    /// Prepares one row for being written. Pointers name columns, also those
    /// of the subscriptions that were left out.
    ///
    /// `schema` is the one that the plan was made for.
    pub fn prepare(&self, row: Row, schema: &Schema) -> Result<Command, Refusal> {
        let built = self.build(row);
        if let Some(error) = Refusal::all(built.errors) {
            return Err(error);
        }
        let schema = Schema {
            database: self.database.as_deref().unwrap_or(schema.database),
            ..*schema
        };
        let mut command = match self.request.prepare(&Value::Object(built.data), &schema) {
            Ok(command) => command,
            Err(error) if error.code == Code::MatchValueMissing => {
                let unread = Refusal::all(built.unread);
                return Err(unread.unwrap_or_else(|| self.in_columns(row, error)));
            }
            Err(error) => return Err(self.in_columns(row, error)),
        };
        for invalid in &mut command.left_out {
            self.point(row, &mut invalid.pointer);
        }
        let Omissions { told, subscription } = built.left_out;
        command = command.without(told, subscription);
        command = command.relating(built.relations);
        if let Some(column) = built.no_status {
            command.no_status(self.at(column, opt_in_missing()));
        }
        Ok(command)
    }

    fn build(&self, row: Row) -> RowDraft {
        let mut data = match row {
            Row::Record(record) if self.whole => record.clone(),
            _ => Map::new(),
        };
        if self.whole {
            // What an export tells of what happened is no more a profile's to have
            // than its times.
            data.retain(|name, _| activity::field(name).is_none());
        }
        let constants = self.constants.iter();
        data.extend(constants.map(|(name, value)| (name.clone(), value.clone())));
        let mut built = RowDraft {
            data,
            ..RowDraft::default()
        };
        for field in &self.fields {
            let value = self.value(field, row, &mut built);
            let name = &field.target.name;
            match value {
                Some(value) => {
                    built.data.insert(name.clone(), value);
                }
                // A status that nobody wrote makes nobody reachable.
                None if name == "_status" => built.no_status = field.columns.first().copied(),
                None => {}
            }
        }
        self.subscribe(row, &mut built);
        for rule in &self.relations {
            for made in rule.relations(self, row) {
                match made {
                    Ok(edit) => built.relations.push(edit),
                    Err(invalid) => built.not_related(invalid, self.leniency),
                }
            }
        }
        built
    }

    fn subscribe(&self, row: Row, built: &mut RowDraft) {
        if self.fixed.is_empty() && self.subscribers.is_empty() {
            return;
        }
        let mut subscriptions = self.fixed.clone();
        for subscriber in &self.subscribers {
            let made = subscriber.subscriptions(self, row);
            built.left_out.told.extend(made.left_out.told);
            built.left_out.subscription |= made.left_out.subscription;
            match made.result {
                Ok(made) => subscriptions.extend(made.into_iter().map(|(_, one)| one)),
                // Nothing is wrong with it, it says nothing.
                Err(invalid)
                    if [Code::OptInMissing, Code::ConsentColumnNotMapped]
                        .contains(&invalid.code) =>
                {
                    built.not_subscribed(invalid);
                }
                Err(invalid) if self.leniency.subscriptions => built.not_subscribed(invalid),
                Err(invalid) => built.errors.push(invalid),
            }
        }
        if subscriptions.is_empty() {
            return;
        }
        match built.data.get_mut("subscriptions") {
            // A record's own come first.
            Some(Value::Array(own)) => own.extend(subscriptions),
            Some(Value::Null) | None => {
                let list = Value::Array(subscriptions);
                built.data.insert("subscriptions".to_owned(), list);
            }
            // Not a list: left for the item to be refused.
            Some(_) => {}
        }
    }

    /// A field's value, or the functional update of it.
    fn value(&self, field: &FieldPlan, row: Row, built: &mut RowDraft) -> Option<Value> {
        let mut left_out = false;
        let mut read = |column: usize| {
            let value = self.reader.value(&field.convert, self.cell(row, column));
            value.unwrap_or_else(|invalid| {
                left_out = true;
                let invalid = self.at(column, invalid);
                if self.leniency.values && !field.required {
                    if self.request.matches_by(&field.target.name) {
                        built.unread.push(invalid.clone());
                    }
                    built.left_out.told.push(invalid);
                } else {
                    built.errors.push(invalid);
                }
                None
            })
        };
        let value = match field.columns.as_slice() {
            [only] => read(*only),
            several => {
                let mut items = Vec::new();
                let mut found = false;
                for column in several {
                    let value = read(*column);
                    found |= value.is_some();
                    items.extend(elements(value));
                }
                found.then_some(Value::Array(items))
            }
        };
        let target = &field.target;
        match (value, target.action) {
            // What can't be read clears nothing.
            (None, _) if field.clears && !left_out => Some(Value::Null),
            (None, _) => None,
            (Some(value), Action::Set) => Some(value),
            (Some(value), action) => {
                let mut update = json!({ "action": action.as_str(), "value": value });
                if let Some(path) = &target.submatch {
                    update["submatch"] = Value::from(path.as_str());
                }
                Some(update)
            }
        }
    }

    /// What a row has in a column of the plan.
    pub(super) fn cell<'a>(&self, row: Row<'a>, column: usize) -> Cell<'a> {
        let Some(column) = self.columns.get(column) else {
            return Cell::Missing;
        };
        cell_at(row, &column.source)
    }

    /// A complaint about a cell, with its column for pointer.
    pub(super) fn at(&self, column: usize, invalid: Invalid) -> Invalid {
        let name = self.columns.get(column).map_or("", |c| &c.name);
        let invalid = Invalid::new(invalid.code, invalid.detail);
        invalid.at(name)
    }
}

/// What a row has in a place.
pub(super) fn cell_at<'a>(row: Row<'a>, source: &Source) -> Cell<'a> {
    match (row, source) {
        (Row::Cells(cell), Source::Cell(index)) => cell(*index).map_or(Cell::Missing, Cell::Text),
        (Row::Record(record), source) => match member(record, source) {
            Some(Value::String(text)) => Cell::Text(text),
            Some(value) => Cell::Json(value),
            None => Cell::Missing,
        },
        (Row::Cells(_), _) => Cell::Missing,
    }
}

/// The elements of what several columns give together.
pub(super) fn elements(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items,
        Some(value) => vec![value],
        None => Vec::new(),
    }
}
