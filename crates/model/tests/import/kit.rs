//! Short ways to read settings and to put rows through a plan.

use crate::support::Store;
use roster_model::Invalid;
use roster_model::import::{Columns, ImportSettings, Plan, Row};
use roster_model::write::{Command, Refusal};
use serde_json::{Value, json};

pub fn parse(settings: Value) -> Result<ImportSettings, Vec<Invalid>> {
    ImportSettings::parse(&settings, &Store::new().schema())
}

/// Codes and pointers of what is wrong.
pub fn codes<T: std::fmt::Debug>(result: Result<T, Vec<Invalid>>) -> Vec<(&'static str, String)> {
    let wrong = result.expect_err("this should be refused");
    wrong
        .into_iter()
        .map(|e| (e.code.as_str(), e.pointer))
        .collect()
}

/// Settings that map the columns one by one, with other members.
pub fn settings(mapping: Value, others: Value) -> Value {
    let mut settings = others;
    settings["mapping"] = mapping;
    settings
}

pub fn headers(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A plan for a text file, with the store that it was made for.
pub struct Rig {
    pub store: Store,
    pub plan: Plan,
}

impl Rig {
    pub fn text(names: &[&str], settings: Value) -> Self {
        Self::of(Columns::Text(&headers(names)), settings)
    }

    pub fn sheet(names: &[&str], settings: Value) -> Self {
        Self::of(Columns::Sheet(&headers(names)), settings)
    }

    pub fn records(settings: Value) -> Self {
        Self::of(Columns::Records, settings)
    }

    fn of(columns: Columns, settings: Value) -> Self {
        let store = Store::new();
        let settings = ImportSettings::parse(&settings, &store.schema()).unwrap();
        let plan = Plan::new(&settings, columns, &store.schema()).unwrap();
        Rig { store, plan }
    }

    pub fn item(&self, cells: &[&str]) -> Result<Value, Vec<Invalid>> {
        let cell = |index: usize| cells.get(index).copied();
        self.plan.item(Row::Cells(&cell))
    }

    pub fn prepare(&self, cells: &[&str]) -> Result<Command, Refusal> {
        let cell = |index: usize| cells.get(index).copied();
        self.plan.prepare(Row::Cells(&cell), &self.store.schema())
    }

    pub fn record(&self, record: Value) -> Result<Value, Vec<Invalid>> {
        let record = record.as_object().unwrap();
        self.plan.item(Row::Record(record))
    }

    /// What one cell of a column for `field` says, read strictly.
    pub fn field(field: &str, others: Value, cell: &str) -> Result<Value, Vec<Invalid>> {
        let mapping = json!([{"column": "It", "to": {"field": field}}]);
        let mut settings = settings(mapping, others);
        settings["mode"] = json!("add");
        settings["invalid"] = json!("refuse");
        let rig = Rig::text(&["It"], settings);
        let item = rig.item(&[cell])?;
        // The field's own rules apply as in every write.
        rig.prepare(&[cell]).map_err(|e| e.errors.to_vec())?;
        Ok(item.get(field).cloned().unwrap_or_default())
    }
}
