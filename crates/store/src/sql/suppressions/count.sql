-- How many lists there are.
SELECT count(*) FROM suppression_lists;
