-- A piece of the file ?2 of the job ?1, from its byte ?3 on.
INSERT INTO job_chunks (job_id, file, begins, bytes)
VALUES (?1, ?2, ?3, ?4);
