-- Live subscriptions that other profiles than ?2 of the database ?1 have with one of the contacts ?3
-- ([[kind, value, resource, channel, contact], …]) to the same resource, and that stand against messages; at most
-- ?4: bodies as JSON.
SELECT json_group_array(json(body))
FROM (
    SELECT subscriptions.body AS body
    FROM json_each(?3) AS asked
    CROSS JOIN match_keys
        ON match_keys.database_id = ?1
       AND match_keys.kind = asked.value ->> 0
       AND match_keys.value = asked.value ->> 1
    CROSS JOIN subscriptions
        ON subscriptions.profile = match_keys.profile
       AND subscriptions.resource_id = asked.value ->> 2
       AND subscriptions.channel = asked.value ->> 3
       AND subscriptions.contact = asked.value ->> 4
    WHERE match_keys.profile <> ?2
      AND subscriptions.status BETWEEN 1 AND 3
    LIMIT ?4 + 0
);
