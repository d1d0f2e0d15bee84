-- The core: what is defined (databases, fields, resources, tokens), the people,
-- what they are found by, what happened to them. Applied once by crates/store;
-- a statement ends with a semicolon followed by an empty line.

-- One number that grows with every change of a definition. A component keeps
-- definitions in memory and every write checks that they are still the newest.
CREATE TABLE catalogue (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;

INSERT INTO catalogue (id, version) VALUES (1, 1);

CREATE TABLE databases (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL UNIQUE,
    revision      INTEGER NOT NULL,
    next_field_id INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    definition    TEXT    NOT NULL CHECK (json_valid(definition))
) STRICT;

CREATE TABLE fields (
    database_id INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
    id          INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    definition  TEXT    NOT NULL CHECK (json_valid(definition)),
    PRIMARY KEY (database_id, id),
    UNIQUE (database_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE resources (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    definition TEXT    NOT NULL CHECK (json_valid(definition))
) STRICT;

-- A token's secret is never kept, only its SHA-256.
CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    secret     BLOB    NOT NULL UNIQUE CHECK (length(secret) = 32),
    prefix     TEXT    NOT NULL,
    scopes     TEXT    NOT NULL CHECK (json_valid(scopes)),
    databases  TEXT    CHECK (databases IS NULL OR json_valid(databases)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    created_by TEXT    NOT NULL
) STRICT;

-- `pk` grows with the time of creation, so new people are appended and the
-- newest are found first. The public id is made from it (model::ProfileId).
CREATE TABLE profiles (
    pk          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision > 0),
    status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 6),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    data        TEXT    NOT NULL
) STRICT;

CREATE INDEX profiles_by_database ON profiles (database_id);

-- What a profile is matched by. `kind` is a field's id or a channel's contact
-- (model::MatchKey). A unique key has slot 0 and so can exist once; any other
-- has its profile in the slot, so many profiles may share it.
CREATE TABLE match_keys (
    database_id INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    value       TEXT    NOT NULL,
    slot        INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    PRIMARY KEY (database_id, kind, value, slot),
    CHECK (slot = 0 OR slot = profile)
) STRICT, WITHOUT ROWID;

-- `contact` is the contact's key; `body` is the whole subscription; `place` is
-- its place among those of the profile, in the order in which they were made.
CREATE TABLE subscriptions (
    profile     INTEGER NOT NULL,
    resource_id INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    contact     TEXT    NOT NULL,
    database_id INTEGER NOT NULL,
    status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 6),
    deleted     INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    body        TEXT    NOT NULL,
    place       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (profile, resource_id, channel, contact)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscriptions_by_resource ON subscriptions (resource_id);

-- Ids grow with time (milliseconds shifted left by 20, or the last one plus
-- one), so a range of time is a range of ids. Profile 0 is the database itself.
CREATE TABLE history (
    id          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    interface   TEXT    NOT NULL,
    changes     TEXT    NOT NULL
) STRICT;

CREATE INDEX history_by_profile ON history (profile);

CREATE INDEX history_by_database ON history (database_id);

-- Counted as rows change, so that a counter never scans a big table.
CREATE TABLE profile_counts (
    database_id INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    count       INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (database_id, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription_counts (
    resource_id INTEGER NOT NULL,
    database_id INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    count       INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (resource_id, database_id, channel, status)
) STRICT, WITHOUT ROWID;

-- What quick search looks in: folded text (model::search), split into
-- trigrams. The text itself is not kept here; columns tell profile data from
-- subscription contacts. A row's id is its profile's key made negative: the
-- index walks forward much faster than backward, and so the newest come first.
CREATE VIRTUAL TABLE search USING fts5 (
    profile,
    contacts,
    tokenize = 'trigram case_sensitive 1',
    content = '',
    contentless_delete = 1,
    detail = 'column'
);
