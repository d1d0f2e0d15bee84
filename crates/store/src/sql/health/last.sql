-- When the store was last found to take a write, as ?1 is named among the rates; 0 if never.
SELECT coalesce((SELECT since FROM rates WHERE key = ?1), 0);
