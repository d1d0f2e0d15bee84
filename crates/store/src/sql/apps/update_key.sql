-- Other settings of key ?2 of database ?1; nothing if another one has the name.
UPDATE OR IGNORE app_keys
SET name = ?3, definition = ?4, updated_at = ?5
WHERE id = ?2 AND database_id = ?1
RETURNING id;
