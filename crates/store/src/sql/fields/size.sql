-- How many bytes the definitions of a database's fields take.
SELECT coalesce(sum(octet_length(definition)), 0) FROM fields WHERE database_id = ?1;
