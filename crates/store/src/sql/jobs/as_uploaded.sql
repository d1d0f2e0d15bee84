-- The uploads of the job ?1 are known as they came: what was left out of them when they were unpacked is forgotten.
UPDATE job_files
SET about = json_remove(about, '$.left_out')
WHERE job_id = ?1 AND role = 'upload';
