-- How contacts stand: who left, whose address is bad, whoever has the contact and
-- however often it comes and goes (docs/STANDING.md).

-- What hashes of contacts are made with. One is this installation's own; others came
-- with what other installations know.
CREATE TABLE standing_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    secret     BLOB    NOT NULL CHECK (length(secret) = 32),
    is_own     INTEGER NOT NULL CHECK (is_own IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO standing_keys (name, secret, is_own, created_at)
VALUES (lower(hex(randomblob(8))), randomblob(32), 1, CAST(unixepoch('subsec') * 1000 AS INTEGER));

-- `hash` is a keyed hash of channel and contact (store::standing). Database and
-- resource are 0 for all. `weight` is 0 where it was lifted, else says which of two
-- ends is kept; `noted_at` is when it was told, `told_in` where, 0 if that is not
-- known.
CREATE TABLE standing (
    hash        BLOB    NOT NULL CHECK (length(hash) = 16),
    database_id INTEGER NOT NULL,
    resource_id INTEGER NOT NULL,
    key_id      INTEGER NOT NULL,
    status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),
    weight      INTEGER NOT NULL,
    party       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    noted_at    INTEGER NOT NULL,
    how         TEXT    NOT NULL,
    told_in     INTEGER NOT NULL,
    PRIMARY KEY (hash, database_id, resource_id)
) STRICT, WITHOUT ROWID;

-- Who left by a link whose profile is gone: all that is known is the link's digest,
-- of which `hash` is a keyed hash.
CREATE TABLE standing_links (
    hash     BLOB    PRIMARY KEY CHECK (length(hash) = 16),
    at       INTEGER NOT NULL,
    how      TEXT    NOT NULL,
    told_in  INTEGER NOT NULL,
    searched INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What stands against the contact of a live subscription beside its own status: a
-- status, or 0 for nothing.
ALTER TABLE subscriptions ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
