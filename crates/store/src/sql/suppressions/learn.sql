-- The list ?1 holds entries of the forms ?2 (a mask) too.
UPDATE suppression_lists SET forms = forms | ?2 WHERE id = ?1;
