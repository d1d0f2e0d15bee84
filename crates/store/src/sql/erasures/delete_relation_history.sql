-- What the histories of the profiles ?1 (JSON) tell, from the time ?3 to ?4, of relations to profiles with the ids
-- ?2 (JSON). What is kept out of sight stands under the negated key.
DELETE FROM history
WHERE id IN (
    SELECT entry.id
    FROM json_each(?1) AS other
    CROSS JOIN history AS entry INDEXED BY history_by_profile ON entry.profile IN (other.value, -other.value)
    WHERE entry.kind = 'relation.changed'
      AND entry.at >= ?3
      AND entry.at <= ?4
      AND substr(entry.changes ->> '$[0][0]', -24) IN (SELECT value FROM json_each(?2))
);
