-- The rows of the schedule ?1 with the keys ?2 (JSON) that completed runs met, from the run ?3 on: [[key, hash], …].
SELECT json_group_array(json_array(source_rows.key, source_rows.hash))
FROM json_each(?2) AS keys
JOIN source_rows ON source_rows.schedule_id = ?1 AND source_rows.key = keys.value AND source_rows.run_id >= ?3
JOIN schedule_runs ON schedule_runs.id = source_rows.run_id AND schedule_runs.state IN ('completed', 'unchanged');
