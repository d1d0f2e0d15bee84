-- What the histories of the profiles ?1 (JSON) tell of others:
-- [[field of a relation, merge, sources of it, split from, split into], …].
SELECT json_group_array(json_array(field, merge_id, json(sources), split_from, json(split_into)))
FROM (
    SELECT DISTINCT CASE entry.kind WHEN 'relation.changed' THEN entry.changes ->> '$[0][0]' END AS field,
                    CAST(entry.about ->> '$.merge' AS INTEGER) AS merge_id,
                    coalesce(entry.about -> '$.sources', '[]') AS sources,
                    entry.about ->> '$.split_from' AS split_from,
                    coalesce(entry.about -> '$.split_into', '[]') AS split_into
    FROM json_each(?1) AS part
    CROSS JOIN history AS entry INDEXED BY history_by_profile ON entry.profile = part.value
    WHERE entry.kind = 'relation.changed'
       OR entry.about ->> '$.merge' IS NOT NULL
       OR entry.about ->> '$.split_from' IS NOT NULL
       OR entry.about ->> '$.split_into' IS NOT NULL
);
