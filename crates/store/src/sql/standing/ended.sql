-- Subscriptions that ended, after the one of profile ?1, resource ?2, channel ?3 and contact ?4, at most ?5:
-- [[profile, resource, channel, contact, database, body], …].
SELECT json_group_array(json_array(profile, resource_id, channel, contact, database_id, json(body)))
FROM (
    SELECT profile, resource_id, channel, contact, database_id, body
    FROM subscriptions
    WHERE (profile, resource_id, channel, contact) > (?1, ?2, ?3, ?4)
      AND status BETWEEN 1 AND 3
    ORDER BY profile, resource_id, channel, contact
    LIMIT ?5 + 0
);
