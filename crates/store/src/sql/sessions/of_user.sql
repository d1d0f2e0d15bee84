-- The sessions of user ?1 that were used after ?2 and began after ?3, the last used first, at most ?4; packed.
SELECT json_group_array(json_array(id, created_at, last_seen_at, agent))
FROM (
    SELECT *
    FROM sessions
    WHERE user_id = ?1 AND last_seen_at > ?2 AND created_at > ?3
    ORDER BY last_seen_at DESC, id DESC
    LIMIT ?4 + 0
);
