-- page.sql, where a profile is asked for.
SELECT id, kind, database_id, profile, recipient, state, detail, body, created_at, due_at, ended_at, tries, attempts
FROM outbox INDEXED BY outbox_by_profile
WHERE profile = ?6 AND id < ?1
  AND (?3 IS NULL OR state = ?3)
  AND (?4 IS NULL OR kind = ?4)
  AND (?5 IS NULL OR database_id = ?5)
  AND (?6 IS NULL OR profile = ?6)
  AND (?7 IS NULL OR recipient = ?7)
  AND (?8 IS NULL OR database_id IN (SELECT value FROM json_each(?8)))
ORDER BY id DESC
LIMIT ?2 + 0;
