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
           || ',' || status_by || ','
           || CASE
                  WHEN EXISTS (SELECT 1 FROM control_groups WHERE control_groups.database_id = profiles.database_id)
                  THEN '[' || coalesce((
                           SELECT stay.entered_at
                           FROM control_in_force AS stay
                           WHERE stay.database_id = profiles.database_id AND stay.profile = pk AND stay.left_at IS NULL
                       ), 'null')
                       || ',' || EXISTS (
                           SELECT 1
                           FROM control_in_force AS stay
                           WHERE stay.database_id = profiles.database_id AND stay.profile = pk AND stay.lot IS NOT NULL
                       )
                       || ',' || coalesce((
                           SELECT held.is_member
                           FROM control_overrides AS held
                           WHERE held.database_id = profiles.database_id AND held.profile = pk
                       ), 'null')
                       || ']'
                  ELSE 'null'
              END
           || ',' || coalesce(former_keys, '[]') || ']' AS packed
FROM profiles;
