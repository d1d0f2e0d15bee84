-- Other texts for secrets of schedules, where they still are what they were: ?1 is [[id, before, after], …].
UPDATE schedules
SET secret = (
    SELECT given.value ->> 2 FROM json_each(?1) AS given WHERE given.value ->> 0 = schedules.id
)
WHERE (id, secret) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
RETURNING 1;
