-- Makes a schedule.
INSERT INTO schedules (
    database_id, name, revision, enabled, next_run_at, definition, secret, created_at, updated_at, created_by,
    speaks_for_all
)
VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9)
RETURNING id;
