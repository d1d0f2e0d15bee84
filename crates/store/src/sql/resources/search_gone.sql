-- Drops the search text of the profiles that have a subscription to the resource
-- ?1, deleted ones too.
DELETE FROM search
WHERE rowid IN (
    SELECT -profile
    FROM subscriptions INDEXED BY subscriptions_by_resource
    WHERE resource_id = ?1
);
