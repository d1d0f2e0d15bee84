-- Ends all sessions of user ?1 but ?2.
DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2;
