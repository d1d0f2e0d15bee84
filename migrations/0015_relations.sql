-- Relations: kinds of them, which join the profiles of two databases, and the pairs that have
-- one, with its weights. Written by always/profile_writes.sql with everything else.

CREATE TABLE relation_types (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    database_a INTEGER NOT NULL,
    database_b INTEGER NOT NULL,
    settings   TEXT    NOT NULL CHECK (json_valid(settings)),
    relations  INTEGER NOT NULL DEFAULT 0 CHECK (relations >= 0),
    UNIQUE (database_a, database_b, name)
) STRICT;

-- By side A here, by side B in the index.
CREATE TABLE relations (
    type_id    INTEGER NOT NULL,
    a          INTEGER NOT NULL,
    b          INTEGER NOT NULL,
    weights    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (type_id, a, b)
) STRICT, WITHOUT ROWID;

CREATE INDEX relations_by_b ON relations (type_id, b, a);
