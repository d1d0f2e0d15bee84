-- Suppression lists: who gets no messages, whatever their subscriptions say.

CREATE TABLE suppression_lists (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    is_global  INTEGER NOT NULL CHECK (is_global IN (0, 1)),
    revision   INTEGER NOT NULL,
    forms      INTEGER NOT NULL DEFAULT 0,
    entries    INTEGER NOT NULL DEFAULT 0 CHECK (entries >= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    definition TEXT    NOT NULL CHECK (json_valid(definition))
) STRICT;

CREATE UNIQUE INDEX suppression_lists_global ON suppression_lists (is_global) WHERE is_global = 1;

-- `kind` is 1 for an e-mail, 2 for a domain, 3 for a phone; `form` is 0 for plain text, 1 for
-- MD5, 2 for SHA-256 (model::suppression).
CREATE TABLE suppression_entries (
    list_id    INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    kind       INTEGER NOT NULL,
    form       INTEGER NOT NULL,
    subdomains INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    PRIMARY KEY (list_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX suppression_entries_by_kind ON suppression_entries (list_id, kind, key, form, subdomains);

-- What entered and left the lists. Every key that was taken off is kept, a thousand to a row.
CREATE TABLE suppression_history (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT    NOT NULL,
    interface TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    count     INTEGER NOT NULL,
    keys      TEXT    NOT NULL
) STRICT;

CREATE INDEX suppression_history_by_list ON suppression_history (list_id, id);

-- The list that holds for every database.
INSERT INTO suppression_lists (id, name, is_global, revision, created_at, updated_at, definition)
VALUES (1, 'Global', 1, 1, unixepoch() * 1000, unixepoch() * 1000, '{"description":"","databases":[]}');
