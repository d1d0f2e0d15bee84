-- What lets apps on people's devices in.

-- The token of a resource, which all copies of an app carry: SHA-256 of it, and its beginning,
-- by which its owner knows it.
CREATE TABLE app_tokens (
    resource_id INTEGER PRIMARY KEY,
    secret      BLOB    NOT NULL UNIQUE CHECK (length(secret) = 32),
    prefix      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

-- Keys of a database, by which tokens for single people are checked (JWT). `key` is the secret
-- of HS256, which a digest couldn't check by, or the public key of RS256 in DER.
CREATE TABLE app_keys (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    algorithm   TEXT    NOT NULL CHECK (algorithm IN ('HS256', 'RS256')),
    key         BLOB    NOT NULL,
    definition  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    UNIQUE (database_id, name)
) STRICT;
