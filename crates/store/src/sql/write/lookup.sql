-- Everything that a group of writes must know, in one answer: the version of
-- the definitions, who holds the match keys ?1 ([[database, kind, value], …]),
-- those profiles and the ones named in ?2 ([[database, pk], …]) whole, or what they were merged into, and the
-- stored answers to the idempotency keys ?3, not older than ?5; which of the marks ?7 ([[scope, key], …]) are
-- there; which of ?8 ([[list, key], …]) stand on a suppression list;
-- how the contacts with the hashes ?9 stand, an old link's database being -1; and the relations of the pairs
-- ?10 ([[type, place in ?1 of A, key of A, place of B, key of B], …], one of place and key). Profiles come packed as
-- JSON text in ?4 groups, a single one in the first row (every row costs the host a hop, and a row may not
-- grow without end), and what is empty has no row; of a key that very many profiles share, only about ?6
-- come.
WITH
asked AS (
    SELECT key AS place, value ->> 0 AS database_id, value ->> 1 AS kind, value ->> 2 AS text
    FROM json_each(?1)
),
held AS MATERIALIZED (
    SELECT asked.place, match_keys.profile
    FROM asked
    CROSS JOIN match_keys
        ON match_keys.database_id = asked.database_id
       AND match_keys.kind = asked.kind
       AND match_keys.value = asked.text
    WHERE match_keys.slot <= coalesce((
        SELECT crowd.slot
        FROM match_keys AS crowd
        WHERE crowd.database_id = asked.database_id
          AND crowd.kind = asked.kind
          AND crowd.value = asked.text
        ORDER BY crowd.slot
        LIMIT 1 OFFSET ?6 + 0
    ), 9223372036854775807)
),
wanted AS (
    SELECT profile AS pk FROM held
    UNION
    SELECT profiles.pk
    FROM json_each(?2) AS named
    CROSS JOIN profiles ON profiles.pk = named.value ->> 1
    WHERE profiles.database_id = named.value ->> 0
    UNION
    SELECT merged.into_pk
    FROM json_each(?2) AS named
    CROSS JOIN merged_profiles AS merged ON merged.pk = named.value ->> 1
    WHERE merged.database_id = named.value ->> 0
)
SELECT 'first' AS part,
       CAST(version AS TEXT) AS content,
       (SELECT '[' || group_concat('[' || place || ',' || profile || ']') || ']' FROM held) AS held,
       CASE WHEN ?4 = 1 THEN (
           SELECT '[' || group_concat(packed) || ']'
           FROM wanted
           CROSS JOIN packed_profiles ON packed_profiles.pk = wanted.pk
       ) END AS profiles
FROM catalogue
UNION ALL
SELECT 'profiles', '[' || group_concat(packed) || ']', NULL, NULL
FROM wanted
CROSS JOIN packed_profiles ON packed_profiles.pk = wanted.pk
WHERE ?4 > 1
GROUP BY wanted.pk % ?4
UNION ALL
SELECT 'answers', json_group_array(json_array(key, hex(request), status, body)), NULL, NULL
FROM idempotency
WHERE key IN (SELECT value FROM json_each(?3)) AND at >= ?5
GROUP BY 1
UNION ALL
SELECT 'merged', json_group_array(json_array(merged.pk, merged.into_pk)), NULL, NULL
FROM json_each(?2) AS named
CROSS JOIN merged_profiles AS merged ON merged.pk = named.value ->> 1
WHERE merged.database_id = named.value ->> 0
GROUP BY 1
UNION ALL
SELECT 'marks', json_group_array(json_array(seen.scope, seen.key, seen.at)), NULL, NULL
FROM json_each(?7) AS asked
CROSS JOIN seen ON seen.scope = asked.value ->> 0 AND seen.key = asked.value ->> 1
GROUP BY 1
UNION ALL
SELECT 'suppressed',
       json_group_array(json_array(entry.list_id, entry.key, entry.kind, entry.form, entry.subdomains)),
       NULL,
       NULL
FROM json_each(?8) AS asked
CROSS JOIN suppression_entries AS entry ON entry.list_id = asked.value ->> 0 AND entry.key = asked.value ->> 1
GROUP BY 1
UNION ALL
SELECT 'standing', json_group_array(json_array(
    hex(standing.hash), standing.database_id, standing.resource_id, standing.status, standing.party,
    standing.at, standing.noted_at, standing.how, standing.told_in
)), NULL, NULL
FROM json_each(?9) AS asked
CROSS JOIN standing ON standing.hash = unhex(asked.value)
GROUP BY 1
UNION ALL
SELECT 'links', json_group_array(json_array(
    hex(standing_links.hash), -1, 0, 1, 2, standing_links.at, standing_links.at, standing_links.how,
    standing_links.told_in
)), NULL, NULL
FROM json_each(?9) AS asked
CROSS JOIN standing_links ON standing_links.hash = unhex(asked.value)
GROUP BY 1
UNION ALL
SELECT 'relations', json_group_array(json_array(
    relations.type_id, relations.a, relations.b, relations.weights, relations.created_at, relations.updated_at
)), NULL, NULL
FROM json_each(?10) AS pair
LEFT JOIN held AS a ON a.place = pair.value ->> 1
LEFT JOIN held AS b ON b.place = pair.value ->> 3
CROSS JOIN relations
    ON relations.type_id = pair.value ->> 0
   AND relations.a = coalesce(
           (SELECT into_pk FROM merged_profiles WHERE pk = pair.value ->> 2), pair.value ->> 2, a.profile
       )
   AND relations.b = coalesce(
           (SELECT into_pk FROM merged_profiles WHERE pk = pair.value ->> 4), pair.value ->> 4, b.profile
       )
GROUP BY 1;
