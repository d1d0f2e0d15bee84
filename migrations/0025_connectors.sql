-- Databases of others, whose rows schedules import. `secret` is sealed with a key that is not
-- in this file.
CREATE TABLE connectors (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    definition TEXT    NOT NULL CHECK (json_valid(definition)),
    secret     TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Rows of a source as they were when they were read last, as hashes: a row counts as known if
-- the run that met it was completed.
CREATE TABLE source_rows (
    schedule_id INTEGER NOT NULL,
    key         INTEGER NOT NULL,
    hash        INTEGER NOT NULL,
    run_id      INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, key)
) STRICT, WITHOUT ROWID;
