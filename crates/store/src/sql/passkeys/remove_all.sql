-- Removes all passkeys of user ?1.
DELETE FROM passkeys WHERE user_id = ?1 RETURNING name;
