-- A new segment of the database ?1; nothing if its name is taken there. One that is refreshed by itself is due at ?7.
INSERT INTO segments (
    database_id, name, description, revision, created_at, updated_at, kind, rule, refresh_due
)
VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5, ?6, ?7)
ON CONFLICT (database_id, name) DO NOTHING
RETURNING id;
