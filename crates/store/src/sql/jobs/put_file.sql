-- A file of the job ?1.
INSERT INTO job_files (job_id, file, role, name, size, about)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (job_id, file) DO UPDATE SET name = excluded.name, size = excluded.size, about = excluded.about;
