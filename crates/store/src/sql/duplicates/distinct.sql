-- Which of the profiles ?1 are known to be two people, in pairs.
SELECT json_group_array(json_array(held.a, held.b))
FROM json_each(?1) AS one
CROSS JOIN distinct_profiles AS held ON held.a = one.value
WHERE held.b IN (SELECT value FROM json_each(?1));
