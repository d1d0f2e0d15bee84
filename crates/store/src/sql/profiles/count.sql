-- How many profiles the database ?1 has.
SELECT coalesce(sum(count), 0)
FROM profile_counts
WHERE database_id = ?1;
