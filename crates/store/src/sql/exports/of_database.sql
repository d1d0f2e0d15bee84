-- Keys of the profiles of the database ?1 after ?2 up to ?3 in order, at most ?4.
SELECT json_group_array(pk)
FROM (
    SELECT pk
    FROM profiles INDEXED BY profiles_by_database
    WHERE database_id = ?1 AND pk > ?2 AND pk <= ?3
    ORDER BY pk
    LIMIT ?4 + 0
);
