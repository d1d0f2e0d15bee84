-- Says that a field of the database has changed.
UPDATE databases SET updated_at = ?2, revision = revision + 1 WHERE id = ?1 RETURNING revision;
