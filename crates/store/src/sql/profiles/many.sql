-- The profiles with the keys ?1 (JSON), packed as one JSON text.
SELECT '[' || group_concat(
    '[' || pk || ',' || database_id || ',' || revision || ',' || status || ','
        || created_at || ',' || updated_at || ',' || data || ','
        || coalesce((
               SELECT '[' || group_concat(body) || ']'
               FROM subscriptions
               WHERE subscriptions.profile = pk
           ), '[]')
        || ']') || ']'
FROM (
    SELECT profiles.*
    FROM json_each(?1) AS wanted
    CROSS JOIN profiles ON profiles.pk = wanted.value
);
