-- Notes what was seen at the source of the schedule ?1, which is still at the revision ?3.
UPDATE schedules
SET state = ?2
WHERE id = ?1 AND revision = ?3
RETURNING id;
