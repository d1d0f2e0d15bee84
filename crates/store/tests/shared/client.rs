//! What the client of a libSQL server makes of a statement before it sends it.
//! Spin has this client: what it can't read runs on no libSQL server.

use std::borrow::Cow;

use fallible_iterator::FallibleIterator;
use libsql_sqlite3_parser::ast::{Cmd, Stmt};
use libsql_sqlite3_parser::lexer::sql::Parser;
use roster_store::Error;

/// The statement as it leaves the client: it reads a statement into a syntax
/// tree and sends the text of that, but for a `CREATE TABLE` alone, which goes
/// as it is.
///
/// # Errors
/// [`Error::Database`] for what the client can't read, for more than one
/// statement, and for none.
pub fn sent(statement: &str) -> Result<Cow<'_, str>, Error> {
    let wrong = |what: &str| Error::Database(format!("libSQL's client: {what}: {statement}"));
    // Boxed, since it is large.
    let mut parser = Box::new(Parser::new(statement.as_bytes()));
    let read = parser.next().map_err(|error| wrong(&error.to_string()))?;
    let command = read.ok_or_else(|| wrong("no statement"))?;
    match parser.next() {
        Ok(None) => {}
        Ok(Some(_)) => return Err(wrong("more than one statement")),
        Err(error) => return Err(wrong(&error.to_string())),
    }
    Ok(match command {
        Cmd::Stmt(Stmt::CreateTable { .. }) => Cow::Borrowed(statement),
        command => Cow::Owned(command.to_string()),
    })
}
