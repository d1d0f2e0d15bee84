-- Keys of apps after the one with id ?1, at most ?3, that are secrets and don't begin with ?2: their ids and texts.
SELECT id, CAST(key AS TEXT)
FROM app_keys
WHERE id > ?1 AND algorithm = 'HS256' AND substr(key, 1, length(?2)) <> CAST(?2 AS BLOB)
ORDER BY id
LIMIT ?3 + 0;
