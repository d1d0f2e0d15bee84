-- Ends the sessions of user ?1 beyond the ?2 that were used last.
DELETE FROM sessions
WHERE id IN (
    SELECT id
    FROM sessions
    WHERE user_id = ?1
    ORDER BY last_seen_at DESC, id DESC
    LIMIT -1 OFFSET ?2 + 0
);
