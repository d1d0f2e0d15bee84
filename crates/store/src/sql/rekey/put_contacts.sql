-- Other keys of e-mail contacts: ?1 is [[old, new], …]. A profile that has both
-- keeps both.
UPDATE OR IGNORE subscriptions
SET contact = (
    SELECT change.value ->> 1
    FROM json_each(?1) AS change
    WHERE change.value ->> 0 = subscriptions.contact
)
WHERE channel = 1 AND contact IN (SELECT change.value ->> 0 FROM json_each(?1) AS change);
