-- Ends session ?1 of user ?2.
DELETE FROM sessions WHERE id = ?1 AND user_id = ?2 RETURNING id;
