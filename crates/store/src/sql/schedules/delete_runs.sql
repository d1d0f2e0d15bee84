-- Forgets the runs of the schedule ?1.
DELETE FROM schedule_runs WHERE schedule_id = ?1;
