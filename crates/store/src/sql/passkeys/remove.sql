-- Removes passkey ?1 of user ?2.
DELETE FROM passkeys WHERE id = ?1 AND user_id = ?2 RETURNING name;
