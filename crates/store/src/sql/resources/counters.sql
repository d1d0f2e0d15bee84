-- How many subscriptions a resource has, by channel and status, in all databases
-- or those in ?2 (JSON).
SELECT json_group_array(json_array(channel, status, total))
FROM (
    SELECT channel, status, sum(count) AS total
    FROM subscription_counts
    WHERE resource_id = ?1 AND (?2 IS NULL OR database_id IN (SELECT value FROM json_each(?2)))
    GROUP BY channel, status
);
