-- Keeps the import settings ?3 of the database ?1 under the name ?2.
INSERT INTO import_settings (database_id, name, revision, created_at, updated_at, settings)
VALUES (?1, ?2, 1, ?4, ?4, ?3)
ON CONFLICT (database_id, name) DO UPDATE
SET revision = revision + 1, updated_at = excluded.updated_at, settings = excluded.settings;
