//! A connection on which something happens between looking up and writing: how
//! races are lost on purpose.

use std::cell::{Cell as Flag, RefCell};

use roster_store::{Cell, Error, Row, Sql};

use crate::engine::Connection;

/// Runs what it was given each time just before a group's changes are written.
pub struct Meddling<'a> {
    sql: &'a Connection,
    meddle: RefCell<Box<dyn FnMut(usize) + 'a>>,
    times: Flag<usize>,
    locked: Flag<bool>,
}

impl<'a> Meddling<'a> {
    /// `meddle` gets the number of the attempt, from 0; it isn't called while
    /// this connection holds the write lock, since nobody else could write.
    pub fn new(sql: &'a Connection, meddle: impl FnMut(usize) + 'a) -> Self {
        Meddling {
            sql,
            meddle: RefCell::new(Box::new(meddle)),
            times: Flag::new(0),
            locked: Flag::new(false),
        }
    }

    /// How often changes were about to be written.
    pub fn attempts(&self) -> usize {
        self.times.get()
    }
}

impl Sql for Meddling<'_> {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        match statement {
            "BEGIN IMMEDIATE" => self.locked.set(true),
            "COMMIT" | "ROLLBACK" => self.locked.set(false),
            _ => {}
        }
        if statement.contains("INSERT INTO profile_writes") {
            let attempt = self.times.get();
            self.times.set(attempt + 1);
            if !self.locked.get() {
                (self.meddle.borrow_mut())(attempt);
            }
        }
        self.sql.query(statement, parameters).await
    }
}
