-- Something if profiles of other databases than ?2 (JSON) have subscriptions to the resource ?1.
SELECT 1
FROM subscriptions INDEXED BY subscriptions_by_resource
WHERE resource_id = ?1 AND database_id NOT IN (SELECT value FROM json_each(?2))
LIMIT 1;
