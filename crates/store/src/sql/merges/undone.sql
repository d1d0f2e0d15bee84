-- Which of the merges ?1 can't be undone any more: they were, or are gone.
SELECT json_group_array(asked.value)
FROM json_each(?1) AS asked
LEFT JOIN merges ON merges.id = asked.value
WHERE merges.id IS NULL OR merges.undone_at IS NOT NULL;
