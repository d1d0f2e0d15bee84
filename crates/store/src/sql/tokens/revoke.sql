-- Ends a token: anyone who has its secret can do nothing from now on.
DELETE FROM tokens WHERE id = ?1;
