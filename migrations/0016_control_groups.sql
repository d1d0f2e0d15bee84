-- Global control groups.
SELECT 1;
