-- Subscriptions after the one of profile ?1, resource ?2, channel ?3 and contact ?4, at most ?5:
-- [[profile, resource, channel, contact, the contact as stored], …].
SELECT json_group_array(json_array(profile, resource_id, channel, contact, json(stored)))
FROM (
    SELECT profile, resource_id, channel, contact, body -> 'k' AS stored
    FROM subscriptions
    WHERE (profile, resource_id, channel, contact) > (?1, ?2, ?3, ?4)
    ORDER BY profile, resource_id, channel, contact
    LIMIT ?5 + 0
);
