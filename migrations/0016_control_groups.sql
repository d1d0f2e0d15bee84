-- Global control groups: a database's rule, the sets that were drawn by it, who was in each of
-- them from when to when, and who was put in or taken out by hand.

-- `set_id` is the set in force and 0 where there is none, `next_set` the one that `job_id` draws.
CREATE TABLE control_groups (
    database_id      INTEGER PRIMARY KEY,
    revision         INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    settings         TEXT    NOT NULL CHECK (json_valid(settings)),
    secret           BLOB    NOT NULL CHECK (length(secret) = 32),
    generation       INTEGER NOT NULL,
    generation_at    INTEGER NOT NULL,
    next_rotation_at INTEGER,
    set_id           INTEGER NOT NULL DEFAULT 0,
    next_set         INTEGER,
    job_id           INTEGER
) STRICT;

CREATE INDEX control_groups_by_rotation ON control_groups (next_rotation_at) WHERE next_rotation_at IS NOT NULL;

-- A set is in force from `started_at` to `ended_at`. One that was given up before it was whole
-- has ended and never started.
CREATE TABLE control_sets (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    rule        TEXT    NOT NULL CHECK (json_valid(rule)),
    started_at  INTEGER,
    ended_at    INTEGER,
    members     INTEGER NOT NULL DEFAULT 0 CHECK (members >= 0)
) STRICT;

CREATE INDEX control_sets_by_database ON control_sets (database_id, ended_at);

-- A stay in a set, over where `left_at` says so. `lot` is the one that was drawn, in parts per
-- million, and NULL for somebody who is there by hand alone.
CREATE TABLE control_members (
    set_id     INTEGER NOT NULL,
    profile    INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    left_at    INTEGER,
    lot        INTEGER,
    PRIMARY KEY (set_id, profile, entered_at)
) STRICT, WITHOUT ROWID;

-- Anyone who stands here is in (1) or out (0), whatever the lot says.
CREATE TABLE control_overrides (
    database_id INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    is_member   INTEGER NOT NULL CHECK (is_member IN (0, 1)),
    reason      TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (database_id, profile)
) STRICT, WITHOUT ROWID;
