-- The first of the profiles with the keys ?1 (JSON), in the order of that list and
-- as far as they exist, no more of them once these have ?2 bytes, packed; and how
-- many of the list that are, NULL for all.
WITH looked AS MATERIALIZED (
    SELECT asked.key AS place,
           pk,
           octet_length(data) + coalesce((
               SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = profiles.pk
           ), 0) AS size
    FROM json_each(?1) AS asked
    CROSS JOIN profiles ON profiles.pk = asked.value
),
sized AS MATERIALIZED (
    SELECT place, pk, sum(size) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) - size AS before FROM looked
)
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM sized
           CROSS JOIN packed_profiles ON packed_profiles.pk = sized.pk
           WHERE before < ?2
       ),
       (
           SELECT CASE
                      WHEN count(*) FILTER (WHERE before < ?2) < count(*)
                      THEN max(place) FILTER (WHERE before < ?2) + 1
                  END
           FROM sized
       );
