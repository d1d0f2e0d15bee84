-- Other texts for keys of apps, where they still are what they were: ?1 is [[id, before, after], …].
UPDATE app_keys
SET key = CAST((
    SELECT given.value ->> 2 FROM json_each(?1) AS given WHERE given.value ->> 0 = app_keys.id
) AS BLOB)
WHERE (id, CAST(key AS TEXT)) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
RETURNING 1;
