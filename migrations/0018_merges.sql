-- Merging and undoing.
--
-- Profiles that were merged: by what they were found their destination is found, their ids lead to it, and what they
-- were is kept, so that a merge can be undone. Written by always/profile_merges.sql with everything else.

ALTER TABLE profiles ADD COLUMN former_keys TEXT;

-- Those few that others were merged into.
CREATE INDEX profiles_merged ON profiles (database_id) WHERE former_keys IS NOT NULL;

CREATE TABLE merges (
    id          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    destination INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    record      TEXT    NOT NULL CHECK (json_valid(record)),
    members     TEXT    NOT NULL CHECK (json_valid(members)),
    undone_at   INTEGER
) STRICT;

CREATE INDEX merges_by_database ON merges (database_id, id);

CREATE TABLE merged_profiles (
    pk          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    into_pk     INTEGER NOT NULL,
    merge_id    INTEGER NOT NULL
) STRICT;

CREATE INDEX merged_profiles_by_destination ON merged_profiles (into_pk);

CREATE INDEX merged_profiles_by_merge ON merged_profiles (merge_id);

-- Pairs that look like one person and are two.
CREATE TABLE distinct_profiles (
    a           INTEGER NOT NULL,
    b           INTEGER NOT NULL,
    database_id INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE INDEX distinct_profiles_by_b ON distinct_profiles (b);

-- Which entries of the history a step of a job made, and who entered and left segments by it: what an undoing takes back.
ALTER TABLE job_results ADD COLUMN history_first INTEGER;

ALTER TABLE job_results ADD COLUMN history_count INTEGER NOT NULL DEFAULT 0;

ALTER TABLE job_results ADD COLUMN entered TEXT NOT NULL DEFAULT '[]';

ALTER TABLE job_results ADD COLUMN went TEXT NOT NULL DEFAULT '[]';

-- Profiles that an undoing removed, as they were.
CREATE TABLE undone_profiles (
    job_id      INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    database_id INTEGER NOT NULL,
    packed      TEXT    NOT NULL CHECK (json_valid(packed)),
    PRIMARY KEY (job_id, profile)
) STRICT, WITHOUT ROWID;
