-- Profiles asked for one by one: by key (?1: [[place, database, pk], …]) and by
-- match key (?2: [[place, database, kind, value], …]), packed, each with the
-- place of its question and the static segments that it is in; and the version
-- of the definitions.
SELECT (
           SELECT '[' || group_concat(
                      '[' || place || ',' || packed || ',[' || coalesce((
                          SELECT group_concat(segment_id)
                          FROM (
                              SELECT segment_id
                              FROM segment_members INDEXED BY segment_members_by_profile
                              WHERE profile = pk
                              ORDER BY segment_id
                          )
                      ), '') || ']]'
                  ) || ']'
           FROM (
               SELECT asked.value ->> 0 AS place, packed_profiles.pk AS pk, packed
               FROM json_each(?1) AS asked
               CROSS JOIN packed_profiles ON packed_profiles.pk = asked.value ->> 2
               WHERE packed_profiles.database_id = asked.value ->> 1
               UNION ALL
               SELECT asked.value ->> 0, packed_profiles.pk, packed
               FROM json_each(?2) AS asked
               CROSS JOIN match_keys
                   ON match_keys.database_id = asked.value ->> 1
                  AND match_keys.kind = asked.value ->> 2
                  AND match_keys.value = asked.value ->> 3
               CROSS JOIN packed_profiles ON packed_profiles.pk = match_keys.profile
           )
       ),
       (SELECT version FROM catalogue);
