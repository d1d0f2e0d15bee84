-- Lets subscriptions sleep on: [[profile, resource, channel, contact], …].
UPDATE subscriptions
SET wakes_at = NULL
WHERE (profile, resource_id, channel, contact) IN (
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(?1)
);
