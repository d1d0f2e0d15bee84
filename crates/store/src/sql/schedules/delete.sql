-- Forgets the schedule ?1.
DELETE FROM schedules WHERE id = ?1;
