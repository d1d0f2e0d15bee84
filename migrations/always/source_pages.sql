-- A page of rows that a run has read: inserting into this view keeps all of it or, when
-- somebody else has taken the run over or its import has ended, nothing. Bytes that an earlier
-- try left behind the file's end are gone first.
CREATE VIEW source_pages AS
SELECT NULL AS run,
       NULL AS tries,
       NULL AS until,
       NULL AS detail,
       NULL AS job,
       NULL AS begins,
       NULL AS bytes,
       NULL AS size,
       NULL AS about,
       NULL AS hashes;

CREATE TRIGGER source_pages_kept INSTEAD OF INSERT ON source_pages BEGIN
    SELECT RAISE(ABORT, 'roster: the run is not held')
    WHERE NOT EXISTS (
        SELECT 1
        FROM schedule_runs
        WHERE id = new.run AND tries = new.tries AND state = 'fetching' AND ended_at IS NULL
    );

    SELECT RAISE(ABORT, 'roster: the job is not held')
    WHERE new.job IS NOT NULL
      AND NOT EXISTS (
          SELECT 1
          FROM jobs
          WHERE id = new.job AND state IN ('uploading', 'uploaded', 'queued', 'running', 'paused')
      );

    UPDATE schedule_runs
    SET detail = new.detail, next_try_at = new.until, job_id = coalesce(new.job, job_id)
    WHERE id = new.run;

    DELETE FROM job_chunks
    WHERE job_id = new.job AND file = 0 AND begins >= new.begins AND new.bytes IS NOT NULL;

    INSERT INTO job_chunks (job_id, file, begins, bytes)
    SELECT new.job, 0, new.begins, new.bytes
    WHERE new.bytes IS NOT NULL;

    UPDATE job_files
    SET size = new.size, about = new.about
    WHERE job_id = new.job AND file = 0;

    INSERT INTO source_rows (schedule_id, key, hash, run_id)
    SELECT runs.schedule_id, hashes.value ->> 0, hashes.value ->> 1, runs.id
    FROM schedule_runs AS runs, json_each(new.hashes) AS hashes
    WHERE runs.id = new.run
    ON CONFLICT (schedule_id, key) DO UPDATE SET hash = excluded.hash, run_id = excluded.run_id;
END;
