-- Bulk data: static segments, jobs (imports, bulk updates, exports) with their
-- files and reports, saved import settings, scheduled imports, erasures.

CREATE TABLE segments (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    members     INTEGER NOT NULL DEFAULT 0 CHECK (members >= 0),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    UNIQUE (database_id, name)
) STRICT;

CREATE TABLE segment_members (
    segment_id INTEGER NOT NULL,
    profile    INTEGER NOT NULL,
    PRIMARY KEY (segment_id, profile)
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_members_by_profile ON segment_members (profile);

-- Work that outlives a request. `step` counts what was done of it; whoever does
-- the next piece must hold the lease, and the piece is written together with
-- the progress reached, so that none is done twice or lost.
CREATE TABLE jobs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL,
    database_id  INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN (
                     'uploading', 'uploaded', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled'
                 )),
    name         TEXT    NOT NULL,
    actor        TEXT    NOT NULL,
    interface    TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER,
    expires_at   INTEGER,
    settings     TEXT    NOT NULL CHECK (json_valid(settings)),
    progress     TEXT    NOT NULL CHECK (json_valid(progress)),
    problem      TEXT    CHECK (problem IS NULL OR json_valid(problem)),
    step         INTEGER NOT NULL DEFAULT 0,
    holder       TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX jobs_by_database ON jobs (database_id, kind, id);

CREATE INDEX jobs_due ON jobs (id) WHERE state IN ('queued', 'running');

CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE expires_at IS NOT NULL;

-- What was uploaded, what was unpacked from it, and what a job made.
CREATE TABLE job_files (
    job_id INTEGER NOT NULL,
    file   INTEGER NOT NULL,
    role   TEXT    NOT NULL CHECK (role IN ('upload', 'source', 'result')),
    name   TEXT    NOT NULL,
    size   INTEGER NOT NULL,
    about  TEXT    NOT NULL CHECK (json_valid(about)),
    PRIMARY KEY (job_id, file)
) STRICT, WITHOUT ROWID;

-- A file's bytes in pieces; `begins` is the place of a piece's first byte.
CREATE TABLE job_chunks (
    job_id INTEGER NOT NULL,
    file   INTEGER NOT NULL,
    begins INTEGER NOT NULL,
    bytes  BLOB    NOT NULL,
    PRIMARY KEY (job_id, file, begins)
) STRICT;

-- What became of a job's profiles, one row a step: [[profile, outcome], …].
CREATE TABLE job_results (
    job_id  INTEGER NOT NULL,
    step    INTEGER NOT NULL,
    results TEXT    NOT NULL,
    PRIMARY KEY (job_id, step)
) STRICT, WITHOUT ROWID;

-- Rows that were not applied, with the reason and their cells as they came.
CREATE TABLE job_failures (
    job_id  INTEGER NOT NULL,
    row     INTEGER NOT NULL,
    outcome TEXT    NOT NULL CHECK (outcome IN ('failed', 'skipped', 'warning')),
    body    TEXT    NOT NULL,
    PRIMARY KEY (job_id, row, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_settings (
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    settings    TEXT    NOT NULL CHECK (json_valid(settings)),
    PRIMARY KEY (database_id, name)
) STRICT, WITHOUT ROWID;

-- `state` is what was seen at the source last (ETag, Last-Modified, hash).
CREATE TABLE schedules (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    enabled     INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    next_run_at INTEGER,
    definition  TEXT    NOT NULL CHECK (json_valid(definition)),
    secret      TEXT,
    state       TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(state)),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    created_by  TEXT    NOT NULL
) STRICT;

CREATE INDEX schedules_by_database ON schedules (database_id, id);

CREATE INDEX schedules_due ON schedules (next_run_at) WHERE enabled = 1 AND next_run_at IS NOT NULL;

CREATE TABLE schedule_runs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule_id INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    state       TEXT    NOT NULL,
    job_id      INTEGER,
    tries       INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER,
    detail      TEXT    NOT NULL CHECK (json_valid(detail))
) STRICT;

CREATE INDEX schedule_runs_by_schedule ON schedule_runs (schedule_id, id);

CREATE INDEX schedule_runs_open ON schedule_runs (id) WHERE ended_at IS NULL;

-- Who was erased, as a hash alone: the one thing the law lets one keep.
CREATE TABLE erasures (
    hash        TEXT    NOT NULL,
    database_id INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    PRIMARY KEY (hash, database_id, kind)
) STRICT, WITHOUT ROWID;
