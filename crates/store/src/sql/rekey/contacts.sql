-- The e-mail contacts of subscriptions whose form may be another now.
SELECT json_group_array(DISTINCT contact)
FROM subscriptions
WHERE channel = 1 AND contact GLOB '*[^ -~]*';
