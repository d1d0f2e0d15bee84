-- Those of the profiles ?1 (JSON) that exist in the database ?2, in order, packed: the first ones until they
-- have ?3 bytes together, at least one. And the key of the last of them, and of the last that exists.
WITH sized AS MATERIALIZED (
    SELECT pk,
           octet_length(data) + coalesce((
               SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = pk
           ), 0) AS size
    FROM json_each(?1) AS asked
    CROSS JOIN profiles ON pk = asked.value
    WHERE database_id = ?2
),
taken AS MATERIALIZED (
    SELECT pk
    FROM (SELECT pk, sum(size) OVER (ORDER BY pk ROWS UNBOUNDED PRECEDING) - size AS before FROM sized)
    WHERE before < ?3
)
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM (SELECT pk FROM taken ORDER BY pk) AS found
           CROSS JOIN packed_profiles ON packed_profiles.pk = found.pk
       ),
       (SELECT max(pk) FROM taken),
       (SELECT max(pk) FROM sized);
