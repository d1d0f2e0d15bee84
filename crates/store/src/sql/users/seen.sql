-- A user was here at ?2.
UPDATE users SET last_seen_at = ?2 WHERE id = ?1;
