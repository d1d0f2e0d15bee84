-- Puts the new forms in, those that are free; of ?1 as in delete_keys.sql.
INSERT INTO match_keys (database_id, kind, value, slot, profile)
SELECT value ->> 0, value ->> 1, value ->> 4, value ->> 3, value ->> 5
FROM json_each(?1)
WHERE value ->> 4 <> ''
ON CONFLICT DO NOTHING;
