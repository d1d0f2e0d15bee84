-- Other texts for secrets of watchers, where they still are what they were: ?1 is [[id, before, after], …].
UPDATE watchers
SET secrets = (
    SELECT given.value ->> 2 FROM json_each(?1) AS given WHERE given.value ->> 0 = watchers.id
)
WHERE (id, secrets) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
RETURNING 1;
