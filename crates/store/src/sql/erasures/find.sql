-- Which of the hashes ?2 (JSON: [[hash, kind], …]) were erased from the database ?1: [[hash, kind, at, actor], …].
SELECT json_group_array(json_array(erasures.hash, erasures.kind, erasures.at, erasures.actor))
FROM json_each(?2) AS asked
CROSS JOIN erasures
    ON erasures.hash = asked.value ->> 0 AND database_id = ?1 AND erasures.kind = asked.value ->> 1;
