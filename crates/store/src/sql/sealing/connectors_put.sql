-- Other texts for secrets of connectors, where they still are what they were: ?1 is [[id, before, after], …].
UPDATE connectors
SET secret = (
    SELECT given.value ->> 2 FROM json_each(?1) AS given WHERE given.value ->> 0 = connectors.id
)
WHERE (id, secret) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
RETURNING 1;
