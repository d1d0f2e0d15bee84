-- The lists that hold for the database ?1, each with its name and the forms of its entries: [[id, name, forms], …].
SELECT json_group_array(json_array(id, name, forms))
FROM (
    SELECT id, name, forms
    FROM suppression_lists
    WHERE is_global
       OR CAST(?1 AS TEXT) IN (
           SELECT value FROM json_each(suppression_lists.definition, '$.databases')
       )
    ORDER BY id
);
