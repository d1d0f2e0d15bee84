-- The whole schema as it is, for people to read. A test writes it down: never edit it.

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

CREATE TABLE app_tokens (
    resource_id INTEGER PRIMARY KEY,
    secret      BLOB    NOT NULL UNIQUE CHECK (length(secret) = 32),
    prefix      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE catalogue (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE connectors (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    definition TEXT    NOT NULL CHECK (json_valid(definition)),
    secret     TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

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

CREATE TABLE control_members (
    set_id     INTEGER NOT NULL,
    profile    INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    left_at    INTEGER,
    lot        INTEGER,
    PRIMARY KEY (set_id, profile, entered_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE control_overrides (
    database_id INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    is_member   INTEGER NOT NULL CHECK (is_member IN (0, 1)),
    reason      TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (database_id, profile)
) STRICT, WITHOUT ROWID;

CREATE TABLE control_sets (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    rule        TEXT    NOT NULL CHECK (json_valid(rule)),
    started_at  INTEGER,
    ended_at    INTEGER,
    members     INTEGER NOT NULL DEFAULT 0 CHECK (members >= 0)
) STRICT;

CREATE TABLE databases (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL UNIQUE,
    revision      INTEGER NOT NULL,
    next_field_id INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    definition    TEXT    NOT NULL CHECK (json_valid(definition))
) STRICT;

CREATE TABLE day_counts (
    database_id INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    what        TEXT    NOT NULL,
    count       INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (database_id, day, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE definitions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    noun TEXT NOT NULL,
    database_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    settings TEXT NOT NULL
) STRICT;

CREATE TABLE deliveries (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    hook_id     TEXT    NOT NULL,
    sender_id   TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    outcome     TEXT    NOT NULL,
    profile     INTEGER,
    detail      TEXT    NOT NULL CHECK (json_valid(detail)),
    request     TEXT    NOT NULL CHECK (json_valid(request)),
    times       INTEGER NOT NULL DEFAULT 1,
    UNIQUE (hook_id, sender_id)
) STRICT;

CREATE TABLE distinct_profiles (
    a           INTEGER NOT NULL,
    b           INTEGER NOT NULL,
    database_id INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasures (
    hash        TEXT    NOT NULL,
    database_id INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    PRIMARY KEY (hash, database_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE fields (
    database_id INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
    id          INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    definition  TEXT    NOT NULL CHECK (json_valid(definition)),
    PRIMARY KEY (database_id, id),
    UNIQUE (database_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE forms (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    definition  TEXT    NOT NULL CHECK (json_valid(definition)),
    UNIQUE (database_id, name)
) STRICT;

CREATE TABLE history (
    id          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    interface   TEXT    NOT NULL,
    changes     TEXT    NOT NULL
, about TEXT) STRICT;

CREATE TABLE hooks (
    id          TEXT    PRIMARY KEY,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    definition  TEXT    NOT NULL CHECK (json_valid(definition)),
    secrets     TEXT    NOT NULL CHECK (json_valid(secrets)),
    UNIQUE (database_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    key     TEXT    PRIMARY KEY,
    request BLOB    NOT NULL,
    status  INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    at      INTEGER NOT NULL
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

CREATE TABLE job_chunks (
    job_id INTEGER NOT NULL,
    file   INTEGER NOT NULL,
    begins INTEGER NOT NULL,
    bytes  BLOB    NOT NULL,
    PRIMARY KEY (job_id, file, begins)
) STRICT;

CREATE TABLE job_failures (
    job_id  INTEGER NOT NULL,
    row     INTEGER NOT NULL,
    outcome TEXT    NOT NULL CHECK (outcome IN ('failed', 'skipped', 'warning')),
    body    TEXT    NOT NULL,
    PRIMARY KEY (job_id, row, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_files (
    job_id INTEGER NOT NULL,
    file   INTEGER NOT NULL,
    role   TEXT    NOT NULL CHECK (role IN ('upload', 'source', 'result')),
    name   TEXT    NOT NULL,
    size   INTEGER NOT NULL,
    about  TEXT    NOT NULL CHECK (json_valid(about)),
    PRIMARY KEY (job_id, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_results (
    job_id  INTEGER NOT NULL,
    step    INTEGER NOT NULL,
    results TEXT    NOT NULL, history_first INTEGER, history_count INTEGER NOT NULL DEFAULT 0, entered TEXT NOT NULL DEFAULT '[]', went TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (job_id, step)
) STRICT, WITHOUT ROWID;

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
, speaks_for_all INTEGER NOT NULL DEFAULT 0 CHECK (speaks_for_all IN (0, 1))) STRICT;

CREATE TABLE lane_pauses (
    recipient TEXT    PRIMARY KEY,
    until     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE link_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    secret     BLOB    NOT NULL CHECK (length(secret) = 32),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE match_keys (
    database_id INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    value       TEXT    NOT NULL,
    slot        INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    PRIMARY KEY (database_id, kind, value, slot),
    CHECK (slot = 0 OR slot = profile)
) STRICT, WITHOUT ROWID;

CREATE TABLE merged_profiles (
    pk          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    into_pk     INTEGER NOT NULL,
    merge_id    INTEGER NOT NULL
) STRICT;

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

CREATE TABLE migrations (
                version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL
            ) STRICT;

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL CHECK (kind IN ('confirmation', 'change')),
    database_id  INTEGER NOT NULL,
    profile      INTEGER NOT NULL,
    recipient    TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'sent', 'dead', 'cancelled', 'held')),
    detail       TEXT    NOT NULL DEFAULT '',
    body         TEXT    NOT NULL CHECK (json_valid(body)),
    created_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    ended_at     INTEGER,
    tries        INTEGER NOT NULL DEFAULT 0,
    attempts     TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(attempts)),
    holder       TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE passkey_questions (
    challenge  BLOB    PRIMARY KEY CHECK (length(challenge) = 32),
    session_id INTEGER,
    state      BLOB    NOT NULL,
    ends_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL,
    credential   BLOB    NOT NULL UNIQUE CHECK (length(credential) BETWEEN 16 AND 1023),
    name         TEXT    NOT NULL,
    transports   INTEGER NOT NULL,
    key          BLOB    NOT NULL,
    state        BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;

CREATE TABLE profile_counts (
    database_id INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    count       INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (database_id, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE profiles (
    pk          INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision > 0),
    status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 6),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    data        TEXT    NOT NULL
, status_by INTEGER NOT NULL DEFAULT 0, former_keys TEXT) STRICT;

CREATE TABLE rates (
    key   TEXT    PRIMARY KEY,
    since INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE relation_types (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    database_a INTEGER NOT NULL,
    database_b INTEGER NOT NULL,
    settings   TEXT    NOT NULL CHECK (json_valid(settings)),
    relations  INTEGER NOT NULL DEFAULT 0 CHECK (relations >= 0),
    UNIQUE (database_a, database_b, name)
) STRICT;

CREATE TABLE relations (
    type_id    INTEGER NOT NULL,
    a          INTEGER NOT NULL,
    b          INTEGER NOT NULL,
    weights    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (type_id, a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE resources (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    definition TEXT    NOT NULL CHECK (json_valid(definition))
) STRICT;

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
, speaks_for_all INTEGER NOT NULL DEFAULT 0 CHECK (speaks_for_all IN (0, 1))) STRICT;

CREATE VIRTUAL TABLE search USING fts5 (
    profile,
    contacts,
    tokenize = 'trigram case_sensitive 1',
    content = '',
    contentless_delete = 1,
    detail = 'column'
);

CREATE TABLE search_pending (
    pk INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    contacts TEXT NOT NULL
, words TEXT NOT NULL DEFAULT '[]') STRICT;

CREATE TABLE search_vocabulary (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    unlisted INTEGER,
    stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
    sweep_from TEXT,
    sweep_to TEXT
) STRICT;

CREATE TABLE search_words (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
    scope    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment_members (
    segment_id INTEGER NOT NULL,
    profile    INTEGER NOT NULL,
    PRIMARY KEY (segment_id, profile)
) STRICT, WITHOUT ROWID;

CREATE TABLE segments (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    members     INTEGER NOT NULL DEFAULT 0 CHECK (members >= 0),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL, kind TEXT NOT NULL DEFAULT 'static' CHECK (kind IN ('static', 'dynamic', 'updatable')), rule TEXT CHECK ((rule IS NULL) = (kind = 'static')), counted_at INTEGER, refreshed_at INTEGER, refresh_job INTEGER, refresh_due INTEGER,
    UNIQUE (database_id, name)
) STRICT;

CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL,
    secret       BLOB    NOT NULL UNIQUE CHECK (length(secret) = 32),
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    agent        TEXT    NOT NULL
) STRICT;

CREATE TABLE source_rows (
    schedule_id INTEGER NOT NULL,
    key         INTEGER NOT NULL,
    hash        INTEGER NOT NULL,
    run_id      INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE sqlite_sequence(name,seq);

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

CREATE TABLE standing_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    secret     BLOB    NOT NULL CHECK (length(secret) = 32),
    is_own     INTEGER NOT NULL CHECK (is_own IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE standing_links (
    hash     BLOB    PRIMARY KEY CHECK (length(hash) = 16),
    at       INTEGER NOT NULL,
    how      TEXT    NOT NULL,
    told_in  INTEGER NOT NULL,
    searched INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription_counts (
    resource_id INTEGER NOT NULL,
    database_id INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    count       INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (resource_id, database_id, channel, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
    profile     INTEGER NOT NULL,
    resource_id INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    contact     TEXT    NOT NULL,
    database_id INTEGER NOT NULL,
    status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 6),
    deleted     INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    body        TEXT    NOT NULL,
    place       INTEGER NOT NULL DEFAULT 0, wakes_at INTEGER, ended INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (profile, resource_id, channel, contact)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE undone_profiles (
    job_id      INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    database_id INTEGER NOT NULL,
    packed      TEXT    NOT NULL CHECK (json_valid(packed)),
    PRIMARY KEY (job_id, profile)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    email_key       TEXT    NOT NULL UNIQUE,
    revision        INTEGER NOT NULL,
    definition      TEXT    NOT NULL CHECK (json_valid(definition)),
    password        TEXT,
    invitation      BLOB    UNIQUE CHECK (invitation IS NULL OR length(invitation) = 32),
    invitation_ends INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    last_seen_at    INTEGER
, handle BLOB) STRICT;

CREATE TABLE watchers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    definition TEXT    NOT NULL CHECK (json_valid(definition)),
    secrets    TEXT    NOT NULL CHECK (json_valid(secrets))
) STRICT;

CREATE INDEX control_groups_by_rotation ON control_groups (next_rotation_at) WHERE next_rotation_at IS NOT NULL;

CREATE INDEX control_sets_by_database ON control_sets (database_id, ended_at);

CREATE UNIQUE INDEX definitions_by_name ON definitions (database_id, noun, name);

CREATE INDEX deliveries_by_hook ON deliveries (hook_id, id);

CREATE INDEX deliveries_by_profile ON deliveries (profile) WHERE profile IS NOT NULL;

CREATE INDEX deliveries_by_time ON deliveries (received_at);

CREATE INDEX deliveries_failed ON deliveries (hook_id, received_at) WHERE outcome = 'failed';

CREATE INDEX distinct_profiles_by_b ON distinct_profiles (b);

CREATE INDEX history_ahead ON history (database_id, at) WHERE at < (id >> 20) - 60000;

CREATE INDEX history_by_database ON history (database_id);

CREATE INDEX history_by_profile ON history (profile);

CREATE INDEX history_events ON history (database_id, about ->> 'event', profile, about ->> 'at')
WHERE kind = 'profile.event';

CREATE INDEX history_messages ON history (about ->> 'message_id', database_id, profile)
WHERE kind = 'profile.event' AND about ->> 'message_id' IS NOT NULL;

CREATE INDEX history_of_definitions ON history (id) WHERE profile = 0;

CREATE INDEX idempotency_by_time ON idempotency (at);

CREATE INDEX jobs_by_database ON jobs (database_id, kind, id);

CREATE INDEX jobs_due ON jobs (id) WHERE state IN ('queued', 'running');

CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX merged_profiles_by_destination ON merged_profiles (into_pk);

CREATE INDEX merged_profiles_by_merge ON merged_profiles (merge_id);

CREATE INDEX merges_by_database ON merges (database_id, id);

CREATE INDEX outbox_by_database ON outbox (database_id, id);

CREATE INDEX outbox_by_profile ON outbox (profile);

CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at);

CREATE INDEX outbox_dead ON outbox (database_id) WHERE state = 'dead';

CREATE INDEX outbox_due ON outbox (due_at) WHERE kind = 'confirmation' AND state = 'queued';

CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX outbox_held ON outbox (created_at) WHERE state = 'held';

CREATE INDEX outbox_lanes ON outbox (recipient) WHERE kind = 'change' AND state = 'queued';

CREATE INDEX passkey_questions_by_end ON passkey_questions (ends_at);

CREATE INDEX passkeys_by_user ON passkeys (user_id);

CREATE INDEX profiles_by_database ON profiles (database_id);

CREATE INDEX profiles_merged ON profiles (database_id) WHERE former_keys IS NOT NULL;

CREATE INDEX rates_by_time ON rates (since);

CREATE INDEX relations_by_b ON relations (type_id, b, a);

CREATE INDEX schedule_runs_by_schedule ON schedule_runs (schedule_id, id);

CREATE INDEX schedule_runs_open ON schedule_runs (id) WHERE ended_at IS NULL;

CREATE INDEX schedules_by_database ON schedules (database_id, id);

CREATE INDEX schedules_due ON schedules (next_run_at) WHERE enabled = 1 AND next_run_at IS NOT NULL;

CREATE INDEX seen_by_time ON seen (noted_at);

CREATE INDEX segment_members_by_profile ON segment_members (profile);

CREATE INDEX segments_due ON segments (refresh_due) WHERE refresh_due IS NOT NULL;

CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at);

CREATE INDEX subscriptions_by_resource ON subscriptions (resource_id);

CREATE INDEX subscriptions_waking ON subscriptions (wakes_at) WHERE wakes_at IS NOT NULL;

CREATE INDEX suppression_entries_by_kind ON suppression_entries (list_id, kind, key, form, subdomains);

CREATE INDEX suppression_history_by_list ON suppression_history (list_id, id);

CREATE UNIQUE INDEX suppression_lists_global ON suppression_lists (is_global) WHERE is_global = 1;

CREATE VIEW control_draws AS
SELECT NULL AS set_id,
       NULL AS entered,
       NULL AS cleared,
       NULL AS job,
       NULL AS holder,
       NULL AS step,
       NULL AS at,
       NULL AS state,
       NULL AS progress,
       NULL AS leased_until,
       NULL AS expires_at;

CREATE VIEW control_in_force AS
SELECT control_groups.database_id,
       control_members.profile,
       control_members.entered_at,
       control_members.left_at,
       control_members.lot
FROM control_groups
CROSS JOIN control_members ON control_members.set_id = control_groups.set_id;

CREATE VIEW control_writes AS
SELECT NULL AS at,
       NULL AS entered,
       NULL AS moved;

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
       NULL AS bytes,
       NULL AS entries,
       NULL AS members_put,
       NULL AS members_gone;

CREATE VIEW packed_profiles AS
SELECT pk,
       database_id,
       '[' || pk || ',' || database_id || ',' || revision || ',' || status || ','
           || created_at || ',' || updated_at || ',' || data || ','
           || coalesce((
                  SELECT '[' || group_concat(body) || ']'
                  FROM (
                      SELECT body
                      FROM subscriptions
                      WHERE subscriptions.profile = pk
                      ORDER BY place, body ->> 'a'
                  )
              ), '[]')
           || ',' || status_by || ','
           || CASE
                  WHEN EXISTS (SELECT 1 FROM control_groups WHERE control_groups.database_id = profiles.database_id)
                  THEN '[' || coalesce((
                           SELECT stay.entered_at
                           FROM control_in_force AS stay
                           WHERE stay.database_id = profiles.database_id AND stay.profile = pk AND stay.left_at IS NULL
                       ), 'null')
                       || ',' || EXISTS (
                           SELECT 1
                           FROM control_in_force AS stay
                           WHERE stay.database_id = profiles.database_id AND stay.profile = pk AND stay.lot IS NOT NULL
                       )
                       || ',' || coalesce((
                           SELECT held.is_member
                           FROM control_overrides AS held
                           WHERE held.database_id = profiles.database_id AND held.profile = pk
                       ), 'null')
                       || ']'
                  ELSE 'null'
              END
           || ',' || coalesce(former_keys, '[]') || ']' AS packed
FROM profiles;

CREATE VIEW profile_merges AS
SELECT NULL AS at,
       NULL AS moves;

CREATE VIEW profile_removals AS
SELECT NULL AS deleted;

CREATE VIEW profile_tellings AS
SELECT NULL AS at,
       NULL AS deleted,
       NULL AS marks,
       NULL AS messages,
       NULL AS banned,
       NULL AS deliveries,
       NULL AS standing,
       NULL AS touched;

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
       NULL AS search_put,
       NULL AS members_gone,
       NULL AS members_put,
       NULL AS answers,
       NULL AS steps,
       NULL AS marks,
       NULL AS messages,
       NULL AS banned,
       NULL AS deliveries,
       NULL AS standing,
       NULL AS touched,
       NULL AS relations,
       NULL AS moves,
       NULL AS control;

CREATE VIEW relation_writes AS
SELECT NULL AS relations;

CREATE VIEW search_folds AS
SELECT NULL AS least,
       NULL AS most;

CREATE VIEW search_sweeps AS
SELECT NULL AS most;

CREATE VIEW search_texts AS
SELECT NULL AS texts;

CREATE VIEW search_word_uses AS
SELECT word,
       EXISTS (
           SELECT 1
           FROM search
           WHERE search MATCH (
                     SELECT group_concat('"' || substr(char(1) || search_words.word, place.value, 3) || '"', ' AND ')
                     FROM json_each('[1,2,3,4,5,6,7,8,9,10,11]') AS place
                     WHERE place.value < length(search_words.word)
                 )
       )
       OR EXISTS (
           SELECT 1
           FROM search_pending
           WHERE instr(profile, char(1) || search_words.word)
              OR instr(contacts, char(1) || search_words.word)
       ) AS used
FROM search_words;

CREATE VIEW segment_refreshes AS
SELECT NULL AS catalogue,
       NULL AS at,
       NULL AS segment,
       NULL AS entered,
       NULL AS gone,
       NULL AS steps,
       NULL AS messages,
       NULL AS actor,
       NULL AS interface,
       NULL AS refreshed;

CREATE VIEW source_pages AS
SELECT NULL AS run,
       NULL AS tries,
       NULL AS until,
       NULL AS detail,
       NULL AS job,
       NULL AS begins,
       NULL AS bytes,
       NULL AS size,
       NULL AS about,
       NULL AS hashes;

CREATE TRIGGER control_counted_in AFTER INSERT ON control_members
WHEN new.left_at IS NULL BEGIN
    UPDATE control_sets SET members = members + 1 WHERE id = new.set_id;
END;

CREATE TRIGGER control_counted_out AFTER DELETE ON control_members
WHEN old.left_at IS NULL BEGIN
    UPDATE control_sets SET members = members - 1 WHERE id = old.set_id;
END;

CREATE TRIGGER control_draws_applied INSTEAD OF INSERT ON control_draws BEGIN
    INSERT INTO job_steps (job, holder, step, at, state, progress, leased_until, expires_at, failures, files)
    VALUES (new.job, new.holder, new.step, new.at, new.state, new.progress, new.leased_until, new.expires_at,
            '[]', '[]');

    SELECT RAISE(ABORT, 'roster: the catalogue has changed')
    WHERE NOT EXISTS (SELECT 1 FROM control_groups WHERE next_set = new.set_id);

    DELETE FROM control_members
    WHERE (set_id, profile, entered_at) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2
        FROM json_each(new.cleared)
    );

    INSERT INTO control_writes (at, entered, moved)
    SELECT new.at, new.entered, '[]'
    WHERE new.entered <> '[]';

    UPDATE control_sets
    SET ended_at = new.at
    WHERE new.state = 'completed'
      AND id = (SELECT set_id FROM control_groups WHERE next_set = new.set_id);

    UPDATE control_sets
    SET started_at = new.at
    WHERE new.state = 'completed' AND id = new.set_id;

    UPDATE control_groups
    SET set_id = new.set_id,
        next_set = NULL,
        job_id = NULL
    WHERE new.state = 'completed'
      AND database_id = (SELECT database_id FROM control_sets WHERE id = new.set_id);

    -- Nobody is left in those that were given up.
    DELETE FROM control_sets
    WHERE new.state = 'completed'
      AND database_id = (SELECT database_id FROM control_groups WHERE set_id = new.set_id)
      AND ended_at IS NOT NULL
      AND started_at IS NULL;

    UPDATE catalogue
    SET version = version + 1
    WHERE new.state = 'completed';
END;

CREATE TRIGGER control_recounted AFTER UPDATE OF left_at ON control_members
WHEN (old.left_at IS NULL) <> (new.left_at IS NULL) BEGIN
    UPDATE control_sets
    SET members = members + CASE WHEN new.left_at IS NULL THEN 1 ELSE -1 END
    WHERE id = new.set_id;
END;

CREATE TRIGGER control_writes_applied INSTEAD OF INSERT ON control_writes BEGIN
    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.moved) AS moved
        LEFT JOIN control_overrides AS held
            ON held.database_id = moved.value ->> 0
           AND held.profile = moved.value ->> 1
        WHERE held.is_member IS NOT moved.value ->> 2
    );

    -- Those who are there already, by hand, have a lot from now on.
    UPDATE control_members
    SET lot = (
        SELECT value ->> 2
        FROM json_each(new.entered)
        WHERE value ->> 0 = control_members.set_id AND value ->> 1 = control_members.profile
    )
    WHERE (set_id, profile, entered_at) IN (
        SELECT stay.set_id, stay.profile, stay.entered_at
        FROM json_each(new.entered) AS drawn
        CROSS JOIN control_members AS stay
            ON stay.set_id = drawn.value ->> 0
           AND stay.profile = drawn.value ->> 1
        WHERE stay.lot IS NULL AND drawn.value ->> 2 IS NOT NULL
    );

    -- Anyone who was taken out by hand has a stay of no length, which says what was drawn.
    INSERT INTO control_members (set_id, profile, entered_at, left_at, lot)
    SELECT drawn.value ->> 0,
           drawn.value ->> 1,
           drawn.value ->> 3,
           CASE held.is_member WHEN 0 THEN drawn.value ->> 3 END,
           drawn.value ->> 2
    FROM json_each(new.entered) AS drawn
    CROSS JOIN profiles ON profiles.pk = drawn.value ->> 1
    LEFT JOIN control_overrides AS held
        ON held.database_id = profiles.database_id
       AND held.profile = profiles.pk
    WHERE (drawn.value ->> 2 IS NOT NULL OR held.is_member = 1)
      AND NOT EXISTS (
          SELECT 1
          FROM control_members AS known
          WHERE known.set_id = drawn.value ->> 0 AND known.profile = profiles.pk
      );

    DELETE FROM control_overrides
    WHERE (database_id, profile) IN (
        SELECT value ->> 0, value ->> 1
        FROM json_each(new.moved)
        WHERE value ->> 3 IS NULL
    );

    INSERT INTO control_overrides (database_id, profile, is_member, reason, actor, at)
    SELECT value ->> 0, value ->> 1, value ->> 3, value ->> 4, value ->> 5, new.at
    FROM json_each(new.moved)
    WHERE value ->> 3 IS NOT NULL
    ON CONFLICT (database_id, profile) DO UPDATE
    SET is_member = excluded.is_member,
        reason = excluded.reason,
        actor = excluded.actor,
        at = excluded.at;

    -- Out: those who were taken out, and those who were there by hand alone.
    UPDATE control_members
    SET left_at = max(new.at, entered_at)
    WHERE (set_id, profile, entered_at) IN (
        SELECT stay.set_id, stay.profile, stay.entered_at
        FROM json_each(new.moved) AS moved
        CROSS JOIN control_sets AS sets
            ON sets.database_id = moved.value ->> 0
           AND sets.ended_at IS NULL
        CROSS JOIN control_members AS stay
            ON stay.set_id = sets.id
           AND stay.profile = moved.value ->> 1
        WHERE stay.left_at IS NULL
          AND (
              moved.value ->> 3 = 0
              OR (moved.value ->> 3 IS NULL AND stay.lot IS NULL)
          )
    );

    -- In: those who were put in, and those whom the draw would have had.
    INSERT INTO control_members (set_id, profile, entered_at, left_at, lot)
    SELECT sets.id,
           profiles.pk,
           new.at,
           NULL,
           (
               SELECT max(known.lot)
               FROM control_members AS known
               WHERE known.set_id = sets.id AND known.profile = profiles.pk
           )
    FROM json_each(new.moved) AS moved
    CROSS JOIN profiles
        ON profiles.pk = moved.value ->> 1
       AND profiles.database_id = moved.value ->> 0
    CROSS JOIN control_sets AS sets
        ON sets.database_id = profiles.database_id
       AND sets.ended_at IS NULL
    WHERE NOT EXISTS (
              SELECT 1
              FROM control_members AS known
              WHERE known.set_id = sets.id AND known.profile = profiles.pk AND known.left_at IS NULL
          )
      AND (
          moved.value ->> 3 = 1
          OR (
              moved.value ->> 3 IS NULL
              AND EXISTS (
                  SELECT 1
                  FROM control_members AS known
                  WHERE known.set_id = sets.id AND known.profile = profiles.pk AND known.lot IS NOT NULL
              )
          )
      )
    ON CONFLICT (set_id, profile, entered_at) DO UPDATE SET left_at = NULL;
END;

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

    -- Who is in a segment already doesn't enter it, and who isn't doesn't leave it.
    INSERT INTO job_results (job_id, step, results, history_count, entered, went)
    SELECT new.job,
           new.step,
           coalesce(new.results, '[]'),
           coalesce(new.entries, 0),
           (
               SELECT json_group_array(json_array(put.value ->> 0, put.value ->> 1))
               FROM json_each(coalesce(new.members_put, '[]')) AS put
               WHERE NOT EXISTS (
                   SELECT 1
                   FROM segment_members
                   WHERE segment_id = put.value ->> 0 AND profile = put.value ->> 1
               )
           ),
           (
               SELECT json_group_array(json_array(gone.value ->> 0, gone.value ->> 1))
               FROM json_each(coalesce(new.members_gone, '[]')) AS gone
               WHERE EXISTS (
                   SELECT 1
                   FROM segment_members
                   WHERE segment_id = gone.value ->> 0 AND profile = gone.value ->> 1
               )
           )
    WHERE new.results IS NOT NULL
       OR new.entries > 0
       OR new.members_put <> '[]'
       OR new.members_gone <> '[]';

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

CREATE TRIGGER leavers_counted AFTER UPDATE OF status ON profiles
WHEN old.status = 0 AND new.status BETWEEN 1 AND 3 BEGIN
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (new.database_id, unixepoch() / 86400, 'left', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER members_counted_in AFTER INSERT ON segment_members BEGIN
    UPDATE segments SET members = members + 1 WHERE id = new.segment_id;
END;

CREATE TRIGGER members_counted_out AFTER DELETE ON segment_members BEGIN
    UPDATE segments SET members = members - 1 WHERE id = old.segment_id;
END;

CREATE TRIGGER merged_profiles_forgotten AFTER DELETE ON merged_profiles BEGIN
    DELETE FROM history
    WHERE profile = -old.pk;
END;

CREATE TRIGGER message_events_counted AFTER INSERT ON history
WHEN new.kind = 'profile.event'
 AND new.about ->> 'event' IN (
         'delivered', 'undelivered', 'soft_bounce', 'hard_bounce', 'opened', 'read', 'clicked', 'confirmed',
         'unsubscribed', 'complained'
     )
 AND unixepoch(new.about ->> 'at') > unixepoch() - 34560000 BEGIN
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (new.database_id, unixepoch(new.about ->> 'at') / 86400, new.about ->> 'event', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER profile_merges_applied INSTEAD OF INSERT ON profile_merges BEGIN
    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.moves, '$.counts') AS seen
        WHERE seen.value ->> 1 <> (
                SELECT count(*)
                FROM relation_types
                CROSS JOIN relations AS held ON held.type_id = relation_types.id AND held.a = seen.value ->> 0
            ) + (
                SELECT count(*)
                FROM relation_types
                CROSS JOIN relations AS held INDEXED BY relations_by_b
                    ON held.type_id = relation_types.id
                   AND held.b = seen.value ->> 0
            )
    );

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.moves, '$.undone') AS undone
        LEFT JOIN merges ON merges.id = undone.value
        WHERE merges.id IS NULL OR merges.undone_at IS NOT NULL
    );

    DELETE FROM subscriptions
    WHERE (profile, resource_id, channel, contact) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
        FROM json_each(new.moves, '$.gone')
    );

    INSERT INTO merges (id, database_id, destination, at, actor, record, members)
    SELECT one.value ->> 0,
           one.value ->> 1,
           one.value ->> 2,
           new.at,
           one.value ->> 3,
           one.value ->> 4,
           (
               SELECT json_group_array(json_array(held.segment_id, held.profile))
               FROM json_each(one.value, '$[5]') AS part
               CROSS JOIN segment_members AS held INDEXED BY segment_members_by_profile
                   ON held.profile = part.value
           )
    FROM json_each(new.moves, '$.merges') AS one;

    INSERT INTO undone_profiles (job_id, profile, database_id, packed)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(new.moves, '$.removed')
    WHERE true
    ON CONFLICT (job_id, profile) DO UPDATE SET packed = excluded.packed;

    INSERT INTO merged_profiles (pk, database_id, into_pk, merge_id)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(new.moves, '$.sources');

    UPDATE merged_profiles
    SET into_pk = moved.value ->> 2
    FROM json_each(new.moves, '$.sources') AS moved
    WHERE merged_profiles.into_pk = moved.value ->> 0;

    -- Before what the merge keeps is forgotten.
    UPDATE history
    SET profile = moved.value ->> 2
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'reveal' AND history.profile = -(moved.value ->> 2);

    DELETE FROM merged_profiles
    WHERE merge_id IN (SELECT value FROM json_each(new.moves, '$.undone'));

    UPDATE merged_profiles
    SET into_pk = moved.value ->> 1
    FROM json_each(new.moves, '$.repoint') AS moved
    WHERE merged_profiles.pk = moved.value ->> 0;

    INSERT INTO segment_members (segment_id, profile)
    SELECT held.segment_id, moved.value ->> 1
    FROM json_each(new.moves, '$.members') AS moved
    CROSS JOIN segment_members AS held INDEXED BY segment_members_by_profile
        ON held.profile = moved.value ->> 0
    CROSS JOIN segments ON segments.id = held.segment_id
    WHERE segments.kind = 'static'
    ON CONFLICT DO NOTHING;

    -- Who came into a static segment by the merge leaves it, and the sources are where they were.
    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (
        SELECT member.value ->> 0, back.value ->> 2
        FROM json_each(new.moves, '$.left') AS back
        CROSS JOIN merges ON merges.id = back.value ->> 0
        CROSS JOIN json_each(merges.members) AS member
        CROSS JOIN segments ON segments.id = member.value ->> 0
        WHERE member.value ->> 1 = back.value ->> 1
          AND segments.kind = 'static'
          AND NOT EXISTS (
              SELECT 1
              FROM json_each(merges.members) AS own
              WHERE own.value ->> 0 = member.value ->> 0 AND own.value ->> 1 = back.value ->> 2
          )
    );

    INSERT INTO segment_members (segment_id, profile)
    SELECT segments.id, member.value ->> 1
    FROM json_each(new.moves, '$.left') AS back
    CROSS JOIN merges ON merges.id = back.value ->> 0
    CROSS JOIN json_each(merges.members) AS member
    CROSS JOIN segments ON segments.id = member.value ->> 0
    WHERE member.value ->> 1 = back.value ->> 1
    ON CONFLICT DO NOTHING;

    -- Whose it was stays, so that an erasure finds where they have been.
    UPDATE merges
    SET undone_at = new.at,
        record = json_object('sources', (
            SELECT json_group_array(source.value ->> 0)
            FROM json_each(merges.record, '$.sources') AS source
        )),
        members = '[]'
    WHERE id IN (SELECT value FROM json_each(new.moves, '$.undone'));

    UPDATE outbox
    SET profile = moved.value ->> 2,
        database_id = CASE outbox.kind WHEN 'confirmation' THEN moved.value ->> 4 ELSE outbox.database_id END
    FROM json_each(new.moves, '$.sources') AS moved
    WHERE outbox.profile = moved.value ->> 0;

    UPDATE deliveries
    SET profile = moved.value ->> 2
    FROM json_each(new.moves, '$.sources') AS moved
    WHERE deliveries.profile = moved.value ->> 0;

    UPDATE history
    SET profile = -profile
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'hide' AND history.profile = moved.value ->> 1;

    UPDATE history
    SET profile = moved.value ->> 2,
        database_id = moved.value ->> 3,
        about = json_insert(
            json_insert(coalesce(about, '{}'), '$.merged_from', json('[]')), '$.merged_from[#]', moved.value ->> 4
        )
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'move' AND history.profile = moved.value ->> 1;

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes, about)
    SELECT max((SELECT max(id) FROM history), new.at << 20) + row_number() OVER (ORDER BY held.id),
           moved.value ->> 3,
           moved.value ->> 2,
           held.at,
           held.kind,
           held.actor,
           held.interface,
           held.changes,
           json_set(
               json_insert(
                   json_insert(coalesce(held.about, '{}'), '$.copied_from', json('[]')),
                   '$.copied_from[#]',
                   moved.value ->> 4
               ),
               '$.split_from',
               moved.value ->> 4
           )
    FROM json_each(new.moves, '$.history') AS moved
    CROSS JOIN history AS held ON held.profile = moved.value ->> 1
    WHERE moved.value ->> 0 = 'copy';

    UPDATE history
    SET profile = moved.value ->> 2,
        database_id = moved.value ->> 3,
        about = CASE
            WHEN json_array_length(about, '$.merged_from') > 1 THEN json_remove(about, '$.merged_from[#-1]')
            ELSE nullif(json_remove(about, '$.merged_from'), '{}')
        END
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'return'
      AND history.profile = moved.value ->> 1
      AND history.about ->> '$.merged_from[#-1]' = moved.value ->> 5;
END;

CREATE TRIGGER profile_removals_applied INSTEAD OF INSERT ON profile_removals BEGIN
    DELETE FROM subscriptions
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (
        SELECT segment_id, profile
        FROM json_each(new.deleted) AS gone
        CROSS JOIN segment_members INDEXED BY segment_members_by_profile ON profile = gone.value
    );

    DELETE FROM relations
    WHERE (type_id, a, b) IN (
        SELECT held.type_id, held.a, held.b
        FROM json_each(new.deleted) AS gone
        CROSS JOIN relation_types
        CROSS JOIN relations AS held ON held.type_id = relation_types.id AND held.a = gone.value
    );

    -- One after the other: by the keys of both at once SQLite would walk through all relations.
    DELETE FROM relations
    WHERE (type_id, a, b) IN (
        SELECT held.type_id, held.a, held.b
        FROM json_each(new.deleted) AS gone
        CROSS JOIN relation_types
        CROSS JOIN relations AS held INDEXED BY relations_by_b
            ON held.type_id = relation_types.id
           AND held.b = gone.value
    );

    DELETE FROM control_members
    WHERE (set_id, profile) IN (
        SELECT sets.id, profiles.pk
        FROM json_each(new.deleted) AS gone
        CROSS JOIN profiles ON profiles.pk = gone.value
        CROSS JOIN control_sets AS sets ON sets.database_id = profiles.database_id
    );

    DELETE FROM control_overrides
    WHERE (database_id, profile) IN (
        SELECT profiles.database_id, profiles.pk
        FROM json_each(new.deleted) AS gone
        CROSS JOIN profiles ON profiles.pk = gone.value
    );

    DELETE FROM profiles
    WHERE pk IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM history
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    -- Anyone who is gone is not found from now on.
    DELETE FROM search
    WHERE rowid IN (SELECT -value FROM json_each(new.deleted));

    DELETE FROM search_pending
    WHERE pk IN (SELECT value FROM json_each(new.deleted));
END;

CREATE TRIGGER profile_tellings_applied INSTEAD OF INSERT ON profile_tellings BEGIN
    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE new.marks <> '[]' AND EXISTS (
        SELECT 1
        FROM json_each(new.marks) AS mark
        CROSS JOIN seen ON seen.scope = mark.value ->> 0 AND seen.key = mark.value ->> 1
        WHERE mark.value ->> 3 OR seen.at > mark.value ->> 2
    );

    DELETE FROM outbox
    WHERE new.deleted <> '[]' AND profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM deliveries
    WHERE new.deleted <> '[]' AND profile IN (SELECT value FROM json_each(new.deleted));

    -- What was merged into somebody goes with them.
    DELETE FROM merges
    WHERE new.deleted <> '[]' AND id IN (
        SELECT merged.merge_id
        FROM json_each(new.deleted) AS gone
        CROSS JOIN merged_profiles AS merged ON merged.into_pk = gone.value
    );

    DELETE FROM merged_profiles
    WHERE new.deleted <> '[]' AND into_pk IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM distinct_profiles
    WHERE new.deleted <> '[]' AND a IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM distinct_profiles
    WHERE new.deleted <> '[]' AND (a, b) IN (
        SELECT held.a, held.b
        FROM json_each(new.deleted) AS gone
        CROSS JOIN distinct_profiles AS held INDEXED BY distinct_profiles_by_b ON held.b = gone.value
    );

    INSERT INTO seen (scope, key, at, noted_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at
    FROM json_each(new.marks)
    WHERE new.marks <> '[]'
    ON CONFLICT (scope, key) DO UPDATE SET at = excluded.at, noted_at = excluded.noted_at;

    -- Nobody gets more than so many confirmations a day, whoever asks for them. A message
    -- names those who get it, and is written down for each; a question has one.
    INSERT INTO outbox (kind, database_id, profile, recipient, state, detail, body, created_at, due_at)
    SELECT kind,
           database_id,
           profile,
           recipient.value,
           CASE WHEN why <> '' OR crowded THEN 'held' ELSE 'queued' END,
           CASE WHEN why = '' AND crowded THEN 'contact_limit' ELSE why END,
           body,
           created_at,
           due_at
    FROM (
        SELECT value ->> 0 AS kind,
               value ->> 1 AS database_id,
               value ->> 2 AS profile,
               value -> 3 AS recipients,
               value ->> 4 AS body,
               value ->> 5 AS created_at,
               value ->> 6 AS due_at,
               value ->> 7 AS why,
               CASE
                   WHEN value ->> 8 IS NULL THEN 0
                   ELSE (
                       SELECT count(*)
                       FROM outbox
                       WHERE recipient = value ->> '$[3][0]'
                         AND kind = 'confirmation'
                         AND created_at > new.at - 86400000
                         AND due_at <= created_at
                   ) >= value ->> 8
               END AS crowded
        FROM json_each(new.messages)
        WHERE new.messages <> '[]'
        -- Without a limit it would be read again for each who gets it.
        LIMIT -1
    )
    CROSS JOIN json_each(recipients) AS recipient;

    UPDATE catalogue
    SET version = version + 1
    WHERE new.banned <> '[]' AND EXISTS (
        SELECT 1
        FROM suppression_lists
        CROSS JOIN json_each(new.banned) AS ban
        WHERE suppression_lists.id = 1 AND forms & (1 << ban.value ->> 2) = 0
    );

    UPDATE suppression_lists
    SET forms = forms | (SELECT sum(DISTINCT 1 << value ->> 2) FROM json_each(new.banned))
    WHERE id = 1 AND new.banned <> '[]';

    INSERT INTO suppression_entries (list_id, key, kind, form, subdomains, at, reason, source)
    SELECT 1, value ->> 0, value ->> 1, 0, 0, new.at, value ->> 3, 'event'
    FROM json_each(new.banned)
    WHERE new.banned <> '[]'
    ON CONFLICT (list_id, key) DO NOTHING;

    INSERT INTO deliveries (hook_id, sender_id, received_at, outcome, profile, detail, request)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.deliveries)
    WHERE new.deliveries <> '[]'
    ON CONFLICT (hook_id, sender_id) DO UPDATE
    SET outcome = excluded.outcome,
        profile = excluded.profile,
        detail = excluded.detail,
        request = excluded.request,
        times = times + 1;

    -- From the first entry on, instances ask how contacts stand.
    UPDATE catalogue
    SET version = version + 1
    WHERE new.standing <> '[]' AND NOT EXISTS (SELECT 1 FROM standing);

    -- Of an end and what lifted it the one that was told last counts, of two ends the
    -- one that weighs more. An end that is told again after something was lifted stands
    -- from then on (model::ending).
    INSERT INTO standing
        (hash, database_id, resource_id, key_id, status, weight, party, at, noted_at, how, told_in)
    SELECT unhex(value ->> 0), value ->> 2, value ->> 3, value ->> 1, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, value ->> 10
    FROM json_each(new.standing) AS told
    WHERE new.standing <> '[]'
      AND (
          told.value ->> 11 IS NULL
          OR (
              EXISTS (
                  SELECT 1
                  FROM standing AS known
                  WHERE known.hash = unhex(told.value ->> 0)
                    AND known.database_id = told.value ->> 2
                    AND known.resource_id = told.value ->> 3
              )
              AND NOT EXISTS (
                  SELECT 1
                  FROM standing AS heavier
                  WHERE heavier.hash IN (SELECT unhex(one.value) FROM json_each(told.value -> 12) AS one)
                    AND heavier.database_id IN (0, told.value ->> 2)
                    AND heavier.resource_id = 0
                    AND heavier.weight > told.value ->> 11
              )
          )
      )
    ON CONFLICT (hash, database_id, resource_id) DO UPDATE
    SET key_id = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.key_id, excluded.key_id),
        status = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.status, excluded.status),
        weight = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.weight, excluded.weight),
        party = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.party, excluded.party),
        at = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.at, excluded.at),
        noted_at = iif(
            excluded.weight > 0 AND standing.weight > 0,
            max(excluded.noted_at, standing.noted_at),
            excluded.noted_at
        ),
        how = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.how, excluded.how),
        told_in = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.told_in, excluded.told_in)
    WHERE (
            (excluded.weight = 0 OR standing.weight = 0)
            AND excluded.noted_at >= standing.noted_at
        )
        OR (standing.weight > 0 AND excluded.weight > standing.weight)
        OR (
            excluded.weight BETWEEN 1 AND standing.weight
            AND excluded.noted_at > standing.noted_at
            AND EXISTS (
                SELECT 1
                FROM standing AS lifted
                WHERE lifted.hash = excluded.hash AND lifted.weight = 0 AND lifted.noted_at >= standing.noted_at
            )
        );

    -- Live subscriptions of those contacts, whoever has them, say what stands
    -- against them.
    UPDATE subscriptions
    SET ended = coalesce((
        SELECT max(entry.status)
        FROM json_each(touched.value ->> 4) AS hash
        CROSS JOIN standing AS entry ON entry.hash = unhex(hash.value)
        WHERE entry.weight > 0
          AND entry.database_id IN (0, subscriptions.database_id)
          AND entry.resource_id IN (0, subscriptions.resource_id)
          AND NOT EXISTS (
              SELECT 1
              FROM json_each(touched.value ->> 4) AS other
              CROSS JOIN standing AS lifted ON lifted.hash = unhex(other.value)
              WHERE lifted.weight = 0
                AND lifted.database_id IN (0, subscriptions.database_id)
                AND lifted.resource_id IN (0, subscriptions.resource_id)
                AND (lifted.resource_id > 0 OR entry.resource_id = 0)
                AND lifted.noted_at >= entry.noted_at
          )
    ), 0)
    FROM json_each(new.touched) AS touched
    CROSS JOIN databases
    CROSS JOIN match_keys
        ON match_keys.database_id = databases.id
       AND match_keys.kind = touched.value ->> 0
       AND match_keys.value = touched.value ->> 1
    WHERE new.touched <> '[]'
      AND subscriptions.profile = match_keys.profile
      AND subscriptions.channel = touched.value ->> 2
      AND subscriptions.contact = touched.value ->> 3;
END;

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

    -- [[type, a, b, weights as they were, as they are, created, updated], …], without weights where there is none.
    SELECT RAISE(ABORT, 'roster: a relation has changed')
    WHERE new.relations <> '[]' AND EXISTS (
        SELECT 1
        FROM json_each(new.relations) AS seen
        LEFT JOIN relations AS held
            ON held.type_id = seen.value ->> 0
           AND held.a = seen.value ->> 1
           AND held.b = seen.value ->> 2
        WHERE held.weights IS NOT seen.value ->> 3
    );

    INSERT INTO job_steps (
        job, holder, step, at, state, progress, problem, leased_until, expires_at, results, failures,
        entries, members_put, members_gone
    )
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, json_array_length(new.history), new.members_put, new.members_gone
    FROM json_each(new.steps)
    WHERE new.steps <> '[]';

    INSERT INTO profile_merges (at, moves)
    SELECT new.at, new.moves
    WHERE new.moves <> '[]';

    DELETE FROM match_keys
    WHERE new.keys_gone <> '[]' AND (database_id, kind, value, slot) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
        FROM json_each(new.keys_gone)
    );

    INSERT INTO profile_removals (deleted)
    SELECT new.deleted
    WHERE new.deleted <> '[]';

    INSERT INTO profiles
        (pk, database_id, revision, status, created_at, updated_at, data, status_by, former_keys)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8
    FROM json_each(new.created)
    WHERE new.created <> '[]';

    UPDATE profiles
    SET revision = change.value ->> 1,
        status = change.value ->> 2,
        updated_at = change.value ->> 3,
        data = change.value ->> 4,
        status_by = change.value ->> 5,
        former_keys = change.value ->> 6
    FROM json_each(new.updated) AS change
    WHERE profiles.pk = change.value ->> 0 AND new.updated <> '[]';

    INSERT INTO match_keys (database_id, kind, value, slot, profile)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.keys_new)
    WHERE new.keys_new <> '[]';

    INSERT INTO subscriptions
        (profile, resource_id, channel, contact, database_id, status, deleted, body, place, wakes_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8, value ->> 9
    FROM json_each(new.subscriptions_put)
    WHERE new.subscriptions_put <> '[]'
    ON CONFLICT (profile, resource_id, channel, contact) DO UPDATE
    SET status = excluded.status,
        deleted = excluded.deleted,
        body = excluded.body,
        wakes_at = excluded.wakes_at;

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes, about)
    SELECT max(
               coalesce((SELECT max(id) FROM history), 0) + 1,
               new.at << 20
           ) + key,
           value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
    FROM json_each(new.history)
    WHERE new.history <> '[]';

    -- No entry is later than those of this write.
    UPDATE job_results
    SET history_first = (SELECT max(id) FROM history) - history_count + 1
    FROM json_each(new.steps) AS step
    WHERE job_id = step.value ->> 0
      AND job_results.step = step.value ->> 2
      AND history_count > 0
      AND new.steps <> '[]';

    -- What changed is taken into the index later.
    INSERT INTO search_pending (pk, profile, contacts, words)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(new.search_put)
    WHERE new.search_put <> '[]'
    ON CONFLICT (pk) DO UPDATE
    SET profile = excluded.profile,
        contacts = excluded.contacts,
        words = excluded.words;

    -- Somebody's old text is gone, and perhaps a word with it.
    UPDATE search_vocabulary
    SET stale = 1
    WHERE stale = 0
      AND json_array_length(new.search_put) + json_array_length(new.deleted) > json_array_length(new.created);

    DELETE FROM segment_members
    WHERE new.members_gone <> '[]'
      AND (segment_id, profile) IN (SELECT value ->> 0, value ->> 1 FROM json_each(new.members_gone));

    INSERT INTO segment_members (segment_id, profile)
    SELECT value ->> 0, value ->> 1
    FROM json_each(new.members_put)
    WHERE new.members_put <> '[]'
    ON CONFLICT DO NOTHING;

    INSERT INTO relation_writes (relations)
    SELECT new.relations
    WHERE new.relations <> '[]';

    INSERT INTO control_writes (at, entered, moved)
    SELECT new.at, new.control -> 0, new.control -> 1
    WHERE new.control <> '[]';

    DELETE FROM idempotency
    WHERE at < new.at - 86400000;

    INSERT INTO idempotency (key, request, status, body, at)
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.answers)
    WHERE new.answers <> '[]';

    INSERT INTO profile_tellings (at, deleted, marks, messages, banned, deliveries, standing, touched)
    SELECT new.at, new.deleted, new.marks, new.messages, new.banned, new.deliveries, new.standing, new.touched
    WHERE new.deleted <> '[]'
       OR new.marks <> '[]'
       OR new.messages <> '[]'
       OR new.banned <> '[]'
       OR new.deliveries <> '[]'
       OR new.standing <> '[]'
       OR new.touched <> '[]';
END;

CREATE TRIGGER profiles_counted_in AFTER INSERT ON profiles BEGIN
    INSERT INTO profile_counts (database_id, status, count)
    VALUES (new.database_id, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (new.database_id, unixepoch() / 86400, 'created', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER profiles_counted_out AFTER DELETE ON profiles BEGIN
    UPDATE profile_counts SET count = count - 1
    WHERE database_id = old.database_id AND status = old.status;
    INSERT INTO day_counts (database_id, day, what, count)
    VALUES (old.database_id, unixepoch() / 86400, 'deleted', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER profiles_recounted AFTER UPDATE OF status ON profiles
WHEN old.status <> new.status BEGIN
    UPDATE profile_counts SET count = count - 1
    WHERE database_id = old.database_id AND status = old.status;
    INSERT INTO profile_counts (database_id, status, count)
    VALUES (new.database_id, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER relation_writes_applied INSTEAD OF INSERT ON relation_writes BEGIN
    DELETE FROM relations
    WHERE (type_id, a, b) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2
        FROM json_each(new.relations)
        WHERE value ->> 4 IS NULL
    );

    INSERT INTO relations (type_id, a, b, weights, created_at, updated_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.relations)
    WHERE value ->> 4 IS NOT NULL
    ON CONFLICT (type_id, a, b) DO UPDATE
    SET weights = excluded.weights,
        updated_at = excluded.updated_at;
END;

CREATE TRIGGER relations_counted_in AFTER INSERT ON relations BEGIN
    UPDATE relation_types SET relations = relations + 1 WHERE id = new.type_id;
END;

CREATE TRIGGER relations_counted_out AFTER DELETE ON relations BEGIN
    UPDATE relation_types SET relations = relations - 1 WHERE id = old.type_id;
END;

CREATE TRIGGER search_folds_applied INSTEAD OF INSERT ON search_folds
WHEN new.most IS NULL OR (SELECT count(*) FROM search_pending) >= new.least BEGIN
    DELETE FROM search
    WHERE rowid IN (SELECT -pk FROM (SELECT pk FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1)));

    INSERT INTO search (rowid, profile, contacts)
    SELECT -pk AS id, profile, contacts
    FROM (SELECT pk, profile, contacts FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1))
    ORDER BY id;

    INSERT INTO search_words (word)
    SELECT DISTINCT word.value
    FROM (SELECT words FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1)) AS waiting,
         json_each(waiting.words) AS word
    WHERE true
    ON CONFLICT DO NOTHING;

    DELETE FROM search_pending
    WHERE pk IN (SELECT pk FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1));

    UPDATE search_vocabulary
    SET stale = 1
    WHERE stale = 0 AND new.most IS NULL;
END;

CREATE TRIGGER search_sweeps_made INSTEAD OF INSERT ON search_sweeps BEGIN
    UPDATE search_vocabulary
    SET stale = 0,
        sweep_from = ''
    WHERE sweep_from IS NULL;

    UPDATE search_vocabulary
    SET sweep_to = (
            SELECT max(word)
            FROM (
                SELECT word
                FROM search_words
                WHERE word > (SELECT sweep_from FROM search_vocabulary)
                ORDER BY word
                LIMIT new.most
            )
        );

    DELETE FROM search_words
    WHERE word IN (
              SELECT word
              FROM search_word_uses
              WHERE word > (SELECT sweep_from FROM search_vocabulary)
                AND word <= (SELECT sweep_to FROM search_vocabulary)
                AND NOT used
          );

    -- None after the last: the sweep is over.
    UPDATE search_vocabulary
    SET sweep_from = sweep_to;
END;

CREATE TRIGGER search_texts_put INSTEAD OF INSERT ON search_texts BEGIN
    INSERT INTO search (rowid, profile, contacts)
    SELECT -(value ->> 0) AS id, value ->> 1, value ->> 2
    FROM json_each(new.texts)
    ORDER BY id;

    INSERT INTO search_words (word)
    SELECT DISTINCT word.value
    FROM json_each(new.texts) AS text,
         json_each(text.value, '$[3]') AS word
    WHERE true
    ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER segment_refreshes_applied INSTEAD OF INSERT ON segment_refreshes BEGIN
    SELECT RAISE(ABORT, 'roster: the catalogue has changed')
    WHERE new.catalogue IS NOT (SELECT version FROM catalogue);

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.entered) AS one
        LEFT JOIN profiles ON profiles.pk = one.value
        LEFT JOIN segments ON segments.id = new.segment
        WHERE profiles.database_id IS NOT segments.database_id OR segments.id IS NULL
    );

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.gone) AS one
        LEFT JOIN segment_members AS held ON held.segment_id = new.segment AND held.profile = one.value
        WHERE held.profile IS NULL
    );

    INSERT INTO job_steps (job, holder, step, at, state, progress, problem, leased_until, expires_at, results, failures)
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9
    FROM json_each(new.steps);

    -- Fails where somebody is a member already.
    INSERT INTO segment_members (segment_id, profile)
    SELECT new.segment, value
    FROM json_each(new.entered);

    DELETE FROM segment_members
    WHERE segment_id = new.segment AND profile IN (SELECT value FROM json_each(new.gone));

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
    SELECT max(coalesce((SELECT max(id) FROM history), 0) + 1, new.at << 20) + key,
           (SELECT database_id FROM segments WHERE id = new.segment),
           value,
           new.at,
           'segment.entered',
           new.actor,
           new.interface,
           '[["segments/' || new.segment || '",true]]'
    FROM json_each(new.entered);

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
    SELECT max(coalesce((SELECT max(id) FROM history), 0) + 1, new.at << 20) + key,
           (SELECT database_id FROM segments WHERE id = new.segment),
           value,
           new.at,
           'segment.left',
           new.actor,
           new.interface,
           '[["segments/' || new.segment || '",true,null]]'
    FROM json_each(new.gone);

    INSERT INTO profile_tellings (at, deleted, marks, messages, banned, deliveries, standing, touched)
    SELECT new.at, '[]', '[]', new.messages, '[]', '[]', '[]', '[]'
    WHERE new.messages <> '[]';

    UPDATE segments
    SET refreshed_at = new.refreshed
    WHERE id = new.segment AND new.refreshed IS NOT NULL;
END;

CREATE TRIGGER source_pages_kept INSTEAD OF INSERT ON source_pages BEGIN
    SELECT RAISE(ABORT, 'roster: the run is not held')
    WHERE NOT EXISTS (
        SELECT 1
        FROM schedule_runs
        WHERE id = new.run AND tries = new.tries AND state = 'fetching' AND ended_at IS NULL
    );

    SELECT RAISE(ABORT, 'roster: the job is not held')
    WHERE new.job IS NOT NULL
      AND NOT EXISTS (
          SELECT 1
          FROM jobs
          WHERE id = new.job AND state IN ('uploading', 'uploaded', 'queued', 'running', 'paused')
      );

    UPDATE schedule_runs
    SET detail = new.detail, next_try_at = new.until, job_id = coalesce(new.job, job_id)
    WHERE id = new.run;

    DELETE FROM job_chunks
    WHERE job_id = new.job AND file = 0 AND begins >= new.begins AND new.bytes IS NOT NULL;

    INSERT INTO job_chunks (job_id, file, begins, bytes)
    SELECT new.job, 0, new.begins, new.bytes
    WHERE new.bytes IS NOT NULL;

    UPDATE job_files
    SET size = new.size, about = new.about
    WHERE job_id = new.job AND file = 0;

    INSERT INTO source_rows (schedule_id, key, hash, run_id)
    SELECT runs.schedule_id, hashes.value ->> 0, hashes.value ->> 1, runs.id
    FROM schedule_runs AS runs, json_each(new.hashes) AS hashes
    WHERE runs.id = new.run
    ON CONFLICT (schedule_id, key) DO UPDATE SET hash = excluded.hash, run_id = excluded.run_id;
END;

CREATE TRIGGER subscriptions_counted_in AFTER INSERT ON subscriptions
WHEN NOT new.deleted BEGIN
    INSERT INTO subscription_counts (resource_id, database_id, channel, status, count)
    VALUES (new.resource_id, new.database_id, new.channel, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER subscriptions_counted_out AFTER DELETE ON subscriptions
WHEN NOT old.deleted BEGIN
    UPDATE subscription_counts SET count = count - 1
    WHERE resource_id = old.resource_id AND database_id = old.database_id
      AND channel = old.channel AND status = old.status;
END;

CREATE TRIGGER subscriptions_recounted_in AFTER UPDATE OF status, deleted ON subscriptions
WHEN NOT new.deleted AND (old.deleted OR old.status <> new.status) BEGIN
    INSERT INTO subscription_counts (resource_id, database_id, channel, status, count)
    VALUES (new.resource_id, new.database_id, new.channel, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER subscriptions_recounted_out AFTER UPDATE OF status, deleted ON subscriptions
WHEN NOT old.deleted AND (new.deleted OR old.status <> new.status) BEGIN
    UPDATE subscription_counts SET count = count - 1
    WHERE resource_id = old.resource_id AND database_id = old.database_id
      AND channel = old.channel AND status = old.status;
END;

CREATE TRIGGER suppressed_counted_in AFTER INSERT ON suppression_entries BEGIN
    UPDATE suppression_lists SET entries = entries + 1 WHERE id = new.list_id;
END;

CREATE TRIGGER suppressed_counted_out AFTER DELETE ON suppression_entries BEGIN
    UPDATE suppression_lists SET entries = entries - 1 WHERE id = old.list_id;
END;

CREATE TRIGGER undone_profiles_forgotten AFTER DELETE ON undone_profiles BEGIN
    DELETE FROM history
    WHERE profile = -old.profile;
END;
