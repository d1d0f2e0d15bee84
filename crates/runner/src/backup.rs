//! A copy of the database while it is served: consistent, and without holding up anybody.

use std::{fs::OpenOptions, path::Path};

use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection, OpenFlags};

use crate::{sqlite, state};

/// Writes the database of a state folder, as it is at one moment, into a new file that only its
/// owner can read. It reads like any other, so writers go on meanwhile.
pub fn write(state_dir: &Path, file: &Path) -> Result<()> {
    let database = state_dir.join(sqlite::FILE_NAME);
    ensure!(
        database.exists(),
        "there is no database at {}",
        database.display()
    );
    // It must be new: a file that is there may be the only copy of something.
    state::private(OpenOptions::new().write(true).create_new(true))
        .open(file)
        .with_context(|| format!("cannot make {}", file.display()))?;
    copy(&database, file)
        .inspect_err(|_| {
            // Half a copy is none.
            let _ = std::fs::remove_file(file);
        })
        .with_context(|| format!("cannot copy {}", database.display()))
}

fn copy(database: &Path, file: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    let name = file.to_str().context("its name must be UTF-8")?;
    // Writes into an empty file, and gives back what deleted rows took.
    connection.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch;

    fn counted(file: &Path) -> i64 {
        let connection = Connection::open(file).unwrap();
        connection
            .query_row("SELECT count(*) FROM people", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn a_copy_has_what_is_committed_while_another_writes() {
        let folder = scratch::dir("backup");
        let database = Connection::open(folder.join(sqlite::FILE_NAME)).unwrap();
        database
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 CREATE TABLE people (name TEXT);
                 INSERT INTO people VALUES ('Ada'), ('Grace');
                 BEGIN IMMEDIATE;
                 INSERT INTO people VALUES ('nobody yet');",
            )
            .unwrap();
        let copy = folder.join("copy.db");
        write(&folder, &copy).unwrap();
        assert_eq!(counted(&copy), 2);
        database.execute_batch("COMMIT").unwrap();
        assert_eq!(counted(&copy), 2);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        // What is there stays.
        let again = write(&folder, &copy).unwrap_err();
        assert!(format!("{again:#}").contains("copy.db"), "{again:#}");
        assert_eq!(counted(&copy), 2);
    }

    #[test]
    fn what_cannot_be_copied_leaves_nothing() {
        let folder = scratch::dir("backup-none");
        let copy = folder.join("copy.db");
        assert!(write(&folder, &copy).is_err());
        assert!(!copy.exists());
        std::fs::write(folder.join(sqlite::FILE_NAME), "no database at all").unwrap();
        assert!(write(&folder, &copy).is_err());
        assert!(!copy.exists());
    }
}
