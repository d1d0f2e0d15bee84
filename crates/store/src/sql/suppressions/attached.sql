-- The lists that hold for the database ?1, each with the forms of its entries: [[id, forms], …].
SELECT json_group_array(json_array(id, forms))
FROM (
    SELECT id, forms
    FROM suppression_lists
    WHERE is_global
       OR CAST(?1 AS TEXT) IN (
           SELECT value FROM json_each(suppression_lists.definition, '$.databases')
       )
    ORDER BY id
);
