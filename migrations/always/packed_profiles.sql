-- A profile whole as one JSON text, as the statements that find many hand them over: every row that Spin
-- returns costs a hop between threads. Its subscriptions are put in order first, since Spin's libSQL client
-- can't read an ORDER BY inside an aggregate.
CREATE VIEW packed_profiles AS
SELECT pk,
       database_id,
       '[' || pk || ',' || database_id || ',' || revision || ',' || status || ','
           || created_at || ',' || updated_at || ',' || data || ','
           || coalesce((
                  SELECT '[' || group_concat(body) || ']'
                  FROM (
                      SELECT body
                      FROM subscriptions
                      WHERE subscriptions.profile = pk
                      ORDER BY place, body ->> 'a'
                  )
              ), '[]')
           || ',' || status_by || ',' || coalesce(former_keys, '[]') || ']' AS packed
FROM profiles;
