-- Profiles that the jobs ?1 (JSON) removed when they undid others.
DELETE FROM undone_profiles
WHERE job_id IN (SELECT value FROM json_each(?1));
