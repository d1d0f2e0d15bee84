-- Which of the ids ?1 (JSON) are databases.
SELECT json_group_array(id) FROM databases WHERE id IN (SELECT value FROM json_each(?1));
