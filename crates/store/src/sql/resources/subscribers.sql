-- The first ?2 profiles that have a subscription to the resource ?1, deleted ones
-- too, at most about ?3 bytes of them; packed.
SELECT '[' || group_concat(
    '[' || pk || ',' || database_id || ',' || revision || ',' || status || ','
        || created_at || ',' || updated_at || ',' || data || ','
        || coalesce((
               SELECT '[' || group_concat(body) || ']'
               FROM subscriptions
               WHERE subscriptions.profile = pk
           ), '[]')
        || ',' || status_by || ',null,' || coalesce(former_keys, '[]') || ']') || ']'
FROM (
    SELECT profiles.*, sum(octet_length(data)) OVER (ORDER BY pk) - octet_length(data) AS before
    FROM (
        SELECT DISTINCT profile
        FROM subscriptions INDEXED BY subscriptions_by_resource
        WHERE resource_id = ?1
        ORDER BY profile
        LIMIT ?2 + 0
    ) AS subscriber
    CROSS JOIN profiles ON profiles.pk = subscriber.profile
)
WHERE before < ?3;
