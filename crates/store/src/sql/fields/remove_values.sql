-- Removes the value at the path ?2 from all profiles of the database ?1, at the
-- time ?3.
UPDATE profiles
SET data = json_remove(data, ?2), revision = revision + 1, updated_at = ?3
WHERE database_id = ?1 AND json_type(data, ?2) IS NOT NULL;
