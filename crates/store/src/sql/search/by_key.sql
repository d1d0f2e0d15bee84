-- Profiles that hold one of the match keys ?1 ([[database, kind, value], …]) or
-- have one of the keys ?2 (JSON) in the databases ?3 (JSON), newest first:
-- before key ?4, at most ?5, no more once these have ?6 bytes; packed, with the
-- key to go on before (NULL if there is nothing more) and the version of the
-- definitions.
WITH candidates AS MATERIALIZED (
    SELECT pk
    FROM (
        SELECT match_keys.profile AS pk
        FROM json_each(?1) AS asked
        CROSS JOIN match_keys
            ON match_keys.database_id = asked.value ->> 0
           AND match_keys.kind = asked.value ->> 1
           AND match_keys.value = asked.value ->> 2
        WHERE match_keys.profile < ?4
        UNION
        SELECT profiles.pk
        FROM json_each(?2) AS named
        CROSS JOIN profiles ON profiles.pk = named.value
        WHERE profiles.pk < ?4
          AND profiles.database_id IN (SELECT value FROM json_each(?3))
    )
    ORDER BY pk DESC
    LIMIT ?5 + 0
),
sized AS MATERIALIZED (
    SELECT pk, sum(size) OVER (ORDER BY pk DESC ROWS UNBOUNDED PRECEDING) - size AS before
    FROM (
        SELECT profiles.pk AS pk,
               octet_length(data) + coalesce((
                   SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = profiles.pk
               ), 0) AS size
        FROM candidates
        CROSS JOIN profiles ON profiles.pk = candidates.pk
    )
)
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM sized
           CROSS JOIN packed_profiles ON packed_profiles.pk = sized.pk
           WHERE before < ?6
       ),
       (
           SELECT CASE
                      WHEN count(*) >= ?5 OR count(*) FILTER (WHERE before < ?6) < count(*)
                      THEN min(pk) FILTER (WHERE before < ?6)
                  END
           FROM sized
       ),
       (SELECT version FROM catalogue);
