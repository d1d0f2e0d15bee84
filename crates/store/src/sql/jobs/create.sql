-- A new job; its id.
INSERT INTO jobs (
    kind, database_id, state, name, actor, interface, created_at, updated_at, settings, progress, expires_at,
    speaks_for_all
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11)
RETURNING id;
