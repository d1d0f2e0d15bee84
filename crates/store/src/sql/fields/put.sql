-- A field of a database, new or changed.
INSERT INTO fields (database_id, id, name, definition)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (database_id, id) DO UPDATE SET definition = excluded.definition;
