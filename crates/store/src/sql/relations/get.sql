-- The relation of a pair: weights and times.
SELECT weights, created_at, updated_at
FROM relations
WHERE type_id = ?1 AND a = ?2 AND b = ?3;
