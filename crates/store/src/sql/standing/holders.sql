-- Live subscriptions to the resource ?2 with the contact ?1 ([[kind, value, channel, contact, …]]), in any
-- database: [[database, profile, body], …].
SELECT json_group_array(json_array(subscriptions.database_id, subscriptions.profile, json(subscriptions.body)))
FROM json_each(?1) AS asked
CROSS JOIN databases
CROSS JOIN match_keys
    ON match_keys.database_id = databases.id
   AND match_keys.kind = asked.value ->> 0
   AND match_keys.value = asked.value ->> 1
CROSS JOIN subscriptions
    ON subscriptions.profile = match_keys.profile
   AND subscriptions.resource_id = ?2
   AND subscriptions.channel = asked.value ->> 2
   AND subscriptions.contact = asked.value ->> 3
WHERE NOT subscriptions.deleted;
