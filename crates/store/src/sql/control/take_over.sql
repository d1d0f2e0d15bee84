-- The set that was drawn for the database ?1 takes the place of the one in force.
UPDATE control_groups
SET set_id = next_set,
    next_set = NULL,
    job_id = NULL
WHERE database_id = ?1 AND next_set IS NOT NULL;
