-- What the histories of the profiles ?1 tell of relations to the profile with the id ?2.
DELETE FROM history
WHERE id IN (
    SELECT entry.id
    FROM json_each(?1) AS other
    CROSS JOIN history AS entry INDEXED BY history_by_profile ON entry.profile = other.value
    WHERE entry.kind = 'relation.changed' AND substr(entry.changes ->> '$[0][0]', -24) = ?2
);
