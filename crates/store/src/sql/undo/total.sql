-- How many entries of the history the job ?1 made, and how many members it moved.
SELECT coalesce(sum(history_count), 0),
       coalesce(sum(json_array_length(entered) + json_array_length(went)), 0)
FROM job_results
WHERE job_id = ?1;
