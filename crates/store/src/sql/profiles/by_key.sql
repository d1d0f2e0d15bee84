-- The profiles that hold one match key, at most ?5, after the one with key ?4, no
-- more of them once these have ?6 bytes, packed; the version of the definitions;
-- and the key to go on after, NULL if there is nothing more. A unique key stands
-- in slot 0, any other in the slot of its profile: both lists are in order.
WITH looked AS MATERIALIZED (
    SELECT pk,
           octet_length(data) + coalesce((
               SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = profiles.pk
           ), 0) AS size
    FROM (
        SELECT profile AS holder
        FROM match_keys
        WHERE database_id = ?1 AND kind = ?2 AND value = ?3 AND slot = 0 AND profile > ?4
        UNION ALL
        SELECT slot
        FROM match_keys
        WHERE database_id = ?1 AND kind = ?2 AND value = ?3 AND slot > max(?4, 0)
        ORDER BY holder
        LIMIT ?5 + 0
    ) AS held
    CROSS JOIN profiles ON profiles.pk = held.holder
),
sized AS MATERIALIZED (
    SELECT pk, sum(size) OVER (ORDER BY pk ROWS UNBOUNDED PRECEDING) - size AS before FROM looked
)
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM sized
           CROSS JOIN packed_profiles ON packed_profiles.pk = sized.pk
           WHERE before < ?6
       ),
       (SELECT version FROM catalogue),
       (
           SELECT CASE
                      WHEN count(*) >= ?5 OR count(*) FILTER (WHERE before < ?6) < count(*)
                      THEN max(pk) FILTER (WHERE before < ?6)
                  END
           FROM sized
       );
