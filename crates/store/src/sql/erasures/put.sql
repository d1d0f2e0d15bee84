-- Remembers who was erased from the database ?1 at ?3 by ?4, as hashes alone: ?2 (JSON): [[hash, kind], …].
INSERT INTO erasures (hash, database_id, kind, at, actor)
SELECT value ->> 0, ?1, value ->> 1, ?3, ?4
FROM json_each(?2)
WHERE true
ON CONFLICT (hash, database_id, kind) DO UPDATE SET at = excluded.at, actor = excluded.actor;
