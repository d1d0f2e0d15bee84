-- How many relation types each of the databases ?1 and ?2 is part of: the greater number.
SELECT max(
    (SELECT count(*) FROM relation_types WHERE database_a = ?1 OR database_b = ?1),
    (SELECT count(*) FROM relation_types WHERE database_a = ?2 OR database_b = ?2)
);
