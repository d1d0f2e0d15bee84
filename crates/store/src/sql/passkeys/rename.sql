-- Calls passkey ?1 of user ?2 by another name; gives it packed.
UPDATE passkeys SET name = ?3
WHERE id = ?1 AND user_id = ?2
RETURNING json_array(id, name, created_at, last_used_at);
