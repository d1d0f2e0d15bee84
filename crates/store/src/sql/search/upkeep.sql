-- What there is to do for the index: whether text waits for it, before which key no words are
-- in the vocabulary (NULL if all are), whether that may have words that nobody has.
SELECT EXISTS (SELECT 1 FROM search_pending),
       unlisted,
       stale OR sweep_from IS NOT NULL
FROM search_vocabulary;
