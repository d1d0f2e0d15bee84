-- The entries of the history that the job ?1 made: [[first, how many], …].
SELECT json_group_array(json_array(history_first, history_count))
FROM job_results
WHERE job_id = ?1 AND history_count > 0;
