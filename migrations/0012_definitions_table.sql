-- Definitions of a database that need no table of their own: saved views, and kinds to
-- come. `settings` is what people chose, as JSON.

CREATE TABLE definitions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    noun TEXT NOT NULL,
    database_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    settings TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX definitions_by_name ON definitions (database_id, noun, name);
