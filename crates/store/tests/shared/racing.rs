//! A connection on which something happens between looking up and writing: how
//! races are lost on purpose.

use std::cell::{Cell as Flag, RefCell};

use roster_store::{Cell, Error, Row, Sql};

use crate::engine::Connection;

/// Runs what it was given each time just before a group's changes are written.
pub struct RacingConnection<'a> {
    sql: &'a Connection,
    interfere: RefCell<Box<dyn FnMut(usize) + 'a>>,
    times: Flag<usize>,
    locked: Flag<bool>,
}

impl<'a> RacingConnection<'a> {
    /// `interfere` gets the number of the attempt, from 0; it isn't called while
    /// this connection holds the write lock, since nobody else could write.
    pub fn new(sql: &'a Connection, interfere: impl FnMut(usize) + 'a) -> Self {
        RacingConnection {
            sql,
            interfere: RefCell::new(Box::new(interfere)),
            times: Flag::new(0),
            locked: Flag::new(false),
        }
    }

    /// How often changes were about to be written.
    pub fn attempts(&self) -> usize {
        self.times.get()
    }
}

impl Sql for RacingConnection<'_> {
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
                (self.interfere.borrow_mut())(attempt);
            }
        }
        self.sql.query(statement, parameters).await
    }
}
