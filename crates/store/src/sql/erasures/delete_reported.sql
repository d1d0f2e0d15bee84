-- Reported rows ?2 (JSON: [[row, outcome], …]) of the job ?1.
DELETE FROM job_failures
WHERE job_id = ?1
  AND (row, outcome) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2));
