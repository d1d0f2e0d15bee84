-- Forgets sessions that ended: not used since ?1, begun before ?2.
DELETE FROM sessions WHERE last_seen_at <= ?1 OR created_at <= ?2;
