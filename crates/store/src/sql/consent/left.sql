-- Which of the contacts ?2 ([[kind, value, resource, channel, contact], …]) left their resource,
-- complained or bounced in some profile of the database ?1: their places.
SELECT json_group_array(asked.key)
FROM json_each(?2) AS asked
WHERE EXISTS (
    SELECT 1
    FROM match_keys
    CROSS JOIN subscriptions
        ON subscriptions.profile = match_keys.profile
       AND subscriptions.resource_id = asked.value ->> 2
       AND subscriptions.channel = asked.value ->> 3
       AND subscriptions.contact = asked.value ->> 4
    WHERE match_keys.database_id = ?1
      AND match_keys.kind = asked.value ->> 0
      AND match_keys.value = asked.value ->> 1
      AND subscriptions.status BETWEEN 1 AND 3
);
