-- How many profiles of the database ?1 have nothing at the path ?2, and ten of
-- them.
SELECT count(*), json_group_array(json_array(pk, NULL)) FILTER (WHERE place <= 10)
FROM (
    SELECT pk, row_number() OVER (ORDER BY pk) AS place
    FROM profiles INDEXED BY profiles_by_database
    WHERE database_id = ?1 AND json_type(data, ?2) IS NULL
);
