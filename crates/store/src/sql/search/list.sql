-- Words for the vocabulary: ?1 is their JSON, in order.
INSERT INTO search_words (word)
SELECT value
FROM json_each(?1)
WHERE true
ON CONFLICT DO NOTHING;
