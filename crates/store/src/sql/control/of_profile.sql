-- When the profile ?2 of the database ?1 was in the control group, newest first: [[from, to], …]; and what was done by
-- hand: [in or out, reason, actor, at].
SELECT (
           SELECT json_group_array(json_array(entered_at, left_at))
           FROM (
               SELECT max(stay.entered_at, sets.started_at) AS entered_at,
                      CASE
                          WHEN stay.left_at IS NULL THEN sets.ended_at
                          WHEN sets.ended_at IS NULL THEN stay.left_at
                          ELSE min(stay.left_at, sets.ended_at)
                      END AS left_at
               FROM control_sets AS sets
               CROSS JOIN control_members AS stay ON stay.set_id = sets.id AND stay.profile = ?2
               WHERE sets.database_id = ?1 AND sets.started_at IS NOT NULL
               ORDER BY 1 DESC
           )
           WHERE left_at IS NULL OR left_at > entered_at
       ),
       (
           SELECT json_array(is_member, reason, actor, at)
           FROM control_overrides
           WHERE database_id = ?1 AND profile = ?2
       );
