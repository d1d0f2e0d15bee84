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

CREATE TRIGGER members_counted_in AFTER INSERT ON segment_members BEGIN
    UPDATE segments SET members = members + 1 WHERE id = new.segment_id;
END;

CREATE TRIGGER members_counted_out AFTER DELETE ON segment_members BEGIN
    UPDATE segments SET members = members - 1 WHERE id = old.segment_id;
END;

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

-- One step of a job: inserting into this view does all of it or, when somebody
-- else has taken the job over, paused or cancelled it, nothing.
CREATE VIEW job_steps AS
SELECT NULL AS job,
       NULL AS holder,
       NULL AS step,
       NULL AS at,
       NULL AS state,
       NULL AS progress,
       NULL AS problem,
       NULL AS leased_until,
       NULL AS expires_at,
       NULL AS results,
       NULL AS failures,
       NULL AS files,
       NULL AS file,
       NULL AS begins,
       NULL AS bytes;

CREATE TRIGGER job_steps_applied INSTEAD OF INSERT ON job_steps BEGIN
    SELECT RAISE(ABORT, 'roster: the job is not held')
    WHERE NOT EXISTS (
        SELECT 1
        FROM jobs
        WHERE id = new.job AND holder IS new.holder AND step = new.step AND state = 'running'
    );

    UPDATE jobs
    SET step = step + 1,
        state = new.state,
        progress = new.progress,
        problem = new.problem,
        updated_at = max(updated_at, new.at),
        ended_at = CASE WHEN new.state IN ('completed', 'failed') THEN new.at END,
        expires_at = coalesce(new.expires_at, expires_at),
        holder = CASE WHEN new.state = 'running' THEN holder END,
        leased_until = CASE WHEN new.state = 'running' THEN new.leased_until ELSE 0 END
    WHERE id = new.job;

    INSERT INTO job_results (job_id, step, results)
    SELECT new.job, new.step, new.results
    WHERE new.results IS NOT NULL;

    INSERT INTO job_failures (job_id, row, outcome, body)
    SELECT new.job, value ->> 0, value ->> 1, value ->> 2
    FROM json_each(new.failures);

    INSERT INTO job_files (job_id, file, role, name, size, about)
    SELECT new.job, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.files)
    WHERE true
    ON CONFLICT (job_id, file) DO UPDATE
    SET name = excluded.name, size = excluded.size, about = excluded.about;

    INSERT INTO job_chunks (job_id, file, begins, bytes)
    SELECT new.job, new.file, new.begins, new.bytes
    WHERE new.bytes IS NOT NULL
    ON CONFLICT (job_id, file, begins) DO UPDATE SET bytes = excluded.bytes;
END;

-- The writes of profiles again (0002), now with memberships of segments and with
-- the steps of the jobs that they belong to.
DROP TRIGGER profile_writes_applied;

DROP VIEW profile_writes;

CREATE VIEW profile_writes AS
SELECT NULL AS catalogue,
       NULL AS at,
       NULL AS known,
       NULL AS asked,
       NULL AS created,
       NULL AS updated,
       NULL AS deleted,
       NULL AS keys_gone,
       NULL AS keys_new,
       NULL AS subscriptions_put,
       NULL AS history,
       NULL AS search_gone,
       NULL AS search_put,
       NULL AS members_gone,
       NULL AS members_put,
       NULL AS answers,
       NULL AS steps;

CREATE TRIGGER profile_writes_applied INSTEAD OF INSERT ON profile_writes BEGIN
    SELECT RAISE(ABORT, 'roster: the catalogue has changed')
    WHERE new.catalogue IS NOT (SELECT version FROM catalogue);

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.known) AS seen
        LEFT JOIN profiles ON profiles.pk = seen.value ->> 0
        WHERE profiles.revision IS NOT seen.value ->> 1
    );

    SELECT RAISE(ABORT, 'roster: a match key has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.asked) AS asked
        CROSS JOIN match_keys AS held
            ON held.database_id = asked.value ->> 0
           AND held.kind = asked.value ->> 1
           AND held.value = asked.value ->> 2
        WHERE held.profile NOT IN (SELECT seen.value ->> 0 FROM json_each(new.known) AS seen)
    );

    INSERT INTO job_steps (job, holder, step, at, state, progress, problem, leased_until, expires_at, results, failures)
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9
    FROM json_each(new.steps);

    DELETE FROM match_keys
    WHERE (database_id, kind, value, slot) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
        FROM json_each(new.keys_gone)
    );

    DELETE FROM subscriptions
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (
        SELECT segment_id, profile
        FROM json_each(new.deleted) AS gone
        CROSS JOIN segment_members INDEXED BY segment_members_by_profile ON profile = gone.value
    );

    DELETE FROM profiles
    WHERE pk IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM history
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.created);

    UPDATE profiles
    SET revision = change.value ->> 1,
        status = change.value ->> 2,
        updated_at = change.value ->> 3,
        data = change.value ->> 4
    FROM json_each(new.updated) AS change
    WHERE profiles.pk = change.value ->> 0;

    INSERT INTO match_keys (database_id, kind, value, slot, profile)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.keys_new);

    INSERT INTO subscriptions (profile, resource_id, channel, contact, database_id, status, deleted, body, place)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8
    FROM json_each(new.subscriptions_put)
    WHERE true
    ON CONFLICT (profile, resource_id, channel, contact) DO UPDATE
    SET status = excluded.status, deleted = excluded.deleted, body = excluded.body;

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
    SELECT max(
               coalesce((SELECT max(id) FROM history), 0) + 1,
               new.at << 20
           ) + key,
           value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.history);

    DELETE FROM search
    WHERE rowid IN (SELECT -value FROM json_each(new.search_gone));

    INSERT INTO search (rowid, profile, contacts)
    SELECT -(value ->> 0) AS id, value ->> 1, value ->> 2
    FROM json_each(new.search_put)
    ORDER BY id;

    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (SELECT value ->> 0, value ->> 1 FROM json_each(new.members_gone));

    INSERT INTO segment_members (segment_id, profile)
    SELECT value ->> 0, value ->> 1
    FROM json_each(new.members_put)
    WHERE true
    ON CONFLICT DO NOTHING;

    DELETE FROM idempotency
    WHERE at < new.at - 86400000;

    INSERT INTO idempotency (key, request, status, body, at)
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.answers);
END;
