-- The merges ?1 (JSON): [[id, database, destination, time, when it was undone, record], …].
SELECT json_group_array(json_array(
    merges.id, merges.database_id, merges.destination, merges.at, merges.undone_at, json(merges.record)
))
FROM json_each(?1) AS asked
CROSS JOIN merges ON merges.id = asked.value;
