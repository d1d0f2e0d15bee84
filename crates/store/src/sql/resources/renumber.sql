-- Closes the gaps among the places of the subscriptions of the profiles ?1
-- ([[key, …], …]), so that the next one comes last.
UPDATE subscriptions
SET place = numbered.number
FROM (
    SELECT kept.profile, kept.resource_id, kept.channel, kept.contact,
           row_number() OVER (PARTITION BY kept.profile ORDER BY kept.place) - 1 AS number
    FROM json_each(?1) AS touched
    CROSS JOIN subscriptions AS kept ON kept.profile = touched.value ->> 0
) AS numbered
WHERE subscriptions.profile = numbered.profile
  AND subscriptions.resource_id = numbered.resource_id
  AND subscriptions.channel = numbered.channel
  AND subscriptions.contact = numbered.contact;
