-- Segments that live, and what people did.
SELECT 1;
