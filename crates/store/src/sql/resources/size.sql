-- How many bytes the definitions of the resources have that serve the database ?1, but for
-- the resource ?2.
SELECT coalesce(sum(octet_length(definition)), 0)
FROM resources
WHERE id IS NOT ?2
  AND EXISTS (
      SELECT 1
      FROM json_each(resources.definition, '$.databases') AS served
      WHERE CAST(served.value AS INTEGER) = ?1
  );
