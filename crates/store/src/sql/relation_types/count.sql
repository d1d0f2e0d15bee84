-- How many relation types there are.
SELECT count(*) FROM relation_types;
