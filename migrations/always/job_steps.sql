-- One step of a job: inserting into this view does all of it or, when somebody
-- else has taken the job over, paused or cancelled it, nothing.
CREATE VIEW job_steps AS
SELECT NULL AS job,
       NULL AS holder,
       NULL AS step,
       NULL AS at,
       NULL AS state,
       NULL AS progress,
       NULL AS problem,
       NULL AS leased_until,
       NULL AS expires_at,
       NULL AS results,
       NULL AS failures,
       NULL AS files,
       NULL AS file,
       NULL AS begins,
       NULL AS bytes,
       NULL AS entries,
       NULL AS members_put,
       NULL AS members_gone;

CREATE TRIGGER job_steps_applied INSTEAD OF INSERT ON job_steps BEGIN
    SELECT RAISE(ABORT, 'roster: the job is not held')
    WHERE NOT EXISTS (
        SELECT 1
        FROM jobs
        WHERE id = new.job AND holder IS new.holder AND step = new.step AND state = 'running'
    );

    UPDATE jobs
    SET step = step + 1,
        state = new.state,
        progress = new.progress,
        problem = new.problem,
        updated_at = max(updated_at, new.at),
        ended_at = CASE WHEN new.state IN ('completed', 'failed') THEN new.at END,
        expires_at = coalesce(new.expires_at, expires_at),
        holder = CASE WHEN new.state = 'running' THEN holder END,
        leased_until = CASE WHEN new.state = 'running' THEN new.leased_until ELSE 0 END
    WHERE id = new.job;

    -- Who is in a segment already doesn't enter it, and who isn't doesn't leave it.
    INSERT INTO job_results (job_id, step, results, history_count, entered, went)
    SELECT new.job,
           new.step,
           coalesce(new.results, '[]'),
           coalesce(new.entries, 0),
           (
               SELECT json_group_array(json_array(put.value ->> 0, put.value ->> 1))
               FROM json_each(coalesce(new.members_put, '[]')) AS put
               WHERE NOT EXISTS (
                   SELECT 1
                   FROM segment_members
                   WHERE segment_id = put.value ->> 0 AND profile = put.value ->> 1
               )
           ),
           (
               SELECT json_group_array(json_array(gone.value ->> 0, gone.value ->> 1))
               FROM json_each(coalesce(new.members_gone, '[]')) AS gone
               WHERE EXISTS (
                   SELECT 1
                   FROM segment_members
                   WHERE segment_id = gone.value ->> 0 AND profile = gone.value ->> 1
               )
           )
    WHERE new.results IS NOT NULL
       OR new.entries > 0
       OR new.members_put <> '[]'
       OR new.members_gone <> '[]';

    INSERT INTO job_failures (job_id, row, outcome, body)
    SELECT new.job, value ->> 0, value ->> 1, value ->> 2
    FROM json_each(new.failures);

    INSERT INTO job_files (job_id, file, role, name, size, about)
    SELECT new.job, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.files)
    WHERE true
    ON CONFLICT (job_id, file) DO UPDATE
    SET name = excluded.name, size = excluded.size, about = excluded.about;

    INSERT INTO job_chunks (job_id, file, begins, bytes)
    SELECT new.job, new.file, new.begins, new.bytes
    WHERE new.bytes IS NOT NULL
    ON CONFLICT (job_id, file, begins) DO UPDATE SET bytes = excluded.bytes;
END;
