-- Whether anything is to be forgotten: messages that ended or were held before ?1, questions that were due
-- before ?2, deliveries before ?3, what was heard before ?4, spans of time before ?5, counts of days before ?6,
-- questions to authenticators that could be answered until ?7, rows of a source whose schedule is gone.
SELECT EXISTS (SELECT 1 FROM outbox INDEXED BY outbox_ended WHERE ended_at < ?1)
    OR EXISTS (SELECT 1 FROM outbox INDEXED BY outbox_held WHERE state = 'held' AND created_at < ?1)
    OR EXISTS (
           SELECT 1
           FROM outbox INDEXED BY outbox_due
           WHERE kind = 'confirmation' AND state = 'queued' AND due_at < ?2
       )
    OR EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_by_time WHERE received_at < ?3)
    OR EXISTS (SELECT 1 FROM seen INDEXED BY seen_by_time WHERE noted_at < ?4)
    OR EXISTS (SELECT 1 FROM rates INDEXED BY rates_by_time WHERE since < ?5)
    OR EXISTS (SELECT 1 FROM passkey_questions INDEXED BY passkey_questions_by_end WHERE ends_at <= ?7)
    OR EXISTS (
           SELECT 1
           FROM databases
           CROSS JOIN day_counts ON day_counts.database_id = databases.id AND day < ?6
       )
    OR EXISTS (
           WITH RECURSIVE met(id) AS (
               SELECT min(schedule_id) FROM source_rows
               UNION ALL
               SELECT (SELECT min(schedule_id) FROM source_rows WHERE schedule_id > met.id)
               FROM met
               WHERE met.id IS NOT NULL
           )
           SELECT 1
           FROM met
           WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM schedules WHERE schedules.id = met.id)
       );
