-- One step of a job that writes no profiles, whole or not at all: migrations/always/job_steps.sql.
INSERT INTO job_steps (
    job, holder, step, at, state, progress, problem, leased_until, expires_at, results, failures, files, file, begins, bytes
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15);
