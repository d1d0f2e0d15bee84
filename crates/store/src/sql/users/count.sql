-- How many users there are.
SELECT count(*) FROM users;
