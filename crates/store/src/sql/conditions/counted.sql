-- How many profiles of the database ?1 have one of the statuses ?2 (a bit for
-- each, at the place of its number), and the version of the definitions.
SELECT coalesce(sum(count), 0), (SELECT version FROM catalogue)
FROM profile_counts
WHERE database_id = ?1 AND (?2 >> status) & 1;
