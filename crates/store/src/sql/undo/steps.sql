-- The last step of the job ?1 before ?2 that made entries of the history or moved members.
SELECT step, history_first, history_count, entered, went
FROM job_results
WHERE job_id = ?1
  AND step < ?2
  AND (history_count > 0 OR entered <> '[]' OR went <> '[]')
ORDER BY step DESC
LIMIT 1;
