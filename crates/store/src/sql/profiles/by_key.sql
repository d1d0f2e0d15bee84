-- The profiles that hold one match key, at most ?5, after the one with key ?4,
-- packed as one JSON text; and the version of the definitions.
SELECT (
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
               FROM match_keys
               CROSS JOIN profiles ON profiles.pk = match_keys.profile
               WHERE match_keys.database_id = ?1
                 AND match_keys.kind = ?2
                 AND match_keys.value = ?3
                 AND match_keys.profile > ?4
               ORDER BY match_keys.profile
               LIMIT ?5
           )
       ),
       (SELECT version FROM catalogue);
