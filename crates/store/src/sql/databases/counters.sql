-- How many profiles a database has, by status.
SELECT json_group_array(json_array(status, count)) FROM profile_counts WHERE database_id = ?1;
