CREATE TABLE suppression_lists (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, is_global INTEGER NOT NULL CHECK (is_global IN (0,1)), revision INTEGER NOT NULL, forms INTEGER NOT NULL DEFAULT 0, entries INTEGER NOT NULL DEFAULT 0 CHECK (entries >= 0), created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, definition TEXT NOT NULL CHECK (json_valid(definition))) STRICT;

INSERT INTO suppression_lists (id, name, is_global, revision, created_at, updated_at, definition) VALUES (1, 'Global', 1, 1, 0, 0, '{"description":"","databases":[]}');

CREATE TABLE suppression_entries (list_id INTEGER NOT NULL, key TEXT NOT NULL, kind INTEGER NOT NULL, form INTEGER NOT NULL, subdomains INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (list_id, key)) STRICT, WITHOUT ROWID;
