-- The files of the job ?1 in order: [[file, role, name, size, about], …].
SELECT json_group_array(json_array(file, role, name, size, json(about)))
FROM (SELECT * FROM job_files WHERE job_id = ?1 ORDER BY file);
