-- Copies of the histories of profiles with the ids ?2 (JSON) in those of the profiles ?1 (JSON).
DELETE FROM history
WHERE id IN (
    SELECT entry.id
    FROM json_each(?1) AS kin
    CROSS JOIN history AS entry INDEXED BY history_by_profile ON entry.profile = kin.value
    WHERE EXISTS (
        SELECT 1
        FROM json_each(entry.about, '$.copied_from') AS named
        WHERE named.value IN (SELECT value FROM json_each(?2))
    )
);
