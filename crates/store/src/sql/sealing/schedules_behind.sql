-- Schedules after the one with id ?1, at most ?3, whose secret doesn't begin with ?2: their ids and secrets.
SELECT id, secret
FROM schedules
WHERE id > ?1 AND substr(secret, 1, length(?2)) <> ?2
ORDER BY id
LIMIT ?3 + 0;
