-- How many messages there are: [[kind, state, count], …], of the databases ?1 (JSON) only, if given.
SELECT json_group_array(json_array(kind, state, count))
FROM (
    SELECT kind, state, count(*) AS count
    FROM outbox
    WHERE ?1 IS NULL OR database_id IN (SELECT value FROM json_each(?1))
    GROUP BY kind, state
);
