-- A page of the database ?1 in order of creation: at most ?3 profiles after the
-- one with key ?2, no more of them once these have ?4 bytes, packed; the version
-- of the definitions; and the key to go on after, NULL if there is nothing more.
WITH looked AS MATERIALIZED (
    SELECT pk,
           octet_length(data) + coalesce((
               SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = profiles.pk
           ), 0) AS size
    FROM profiles INDEXED BY profiles_by_database
    WHERE database_id = ?1 AND pk > ?2
    ORDER BY pk
    LIMIT ?3 + 0
),
sized AS MATERIALIZED (
    SELECT pk, sum(size) OVER (ORDER BY pk ROWS UNBOUNDED PRECEDING) - size AS before FROM looked
)
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM sized
           CROSS JOIN packed_profiles ON packed_profiles.pk = sized.pk
           WHERE before < ?4
       ),
       (SELECT version FROM catalogue),
       (
           SELECT CASE
                      WHEN count(*) >= ?3 OR count(*) FILTER (WHERE before < ?4) < count(*)
                      THEN max(pk) FILTER (WHERE before < ?4)
                  END
           FROM sized
       );
