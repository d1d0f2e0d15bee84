-- Roster's tables of profiles as the native floor has them; see migrations/schema.sql.
CREATE TABLE IF NOT EXISTS profiles (
    pk          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    data        TEXT    NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS profiles_by_database ON profiles (database_id);

CREATE TABLE IF NOT EXISTS match_keys (
    database_id INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    value       TEXT    NOT NULL,
    slot        INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    PRIMARY KEY (database_id, kind, value, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS history (
    id          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    interface   TEXT    NOT NULL,
    changes     TEXT    NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS history_by_database ON history (database_id);
CREATE INDEX IF NOT EXISTS history_by_profile ON history (profile);

CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (
    profile,
    contacts,
    tokenize = 'trigram case_sensitive 1',
    content = '',
    contentless_delete = 1,
    detail = 'column'
);

CREATE TABLE IF NOT EXISTS search_pending (
    pk       INTEGER PRIMARY KEY,
    profile  TEXT NOT NULL,
    contacts TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS profile_counts (
    database_id INTEGER PRIMARY KEY,
    count       INTEGER NOT NULL
) STRICT;

INSERT INTO profile_counts VALUES (1, 0) ON CONFLICT DO NOTHING;
