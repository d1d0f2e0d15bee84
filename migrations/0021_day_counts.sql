-- What happened on each day, counted as it happens: the home page of the console draws it, and
-- no big table is read for it.

-- `what` is `created`, `deleted`, `left` (from subscribed to unsubscribed, complained or
-- hardbounced), or the type of an event of a message. Days are those of UTC, counted from
-- 1970-01-01.
CREATE TABLE day_counts (
    database_id INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    what        TEXT    NOT NULL,
    count       INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (database_id, day, what)
) STRICT, WITHOUT ROWID;

-- What needs a person is few among many.
CREATE INDEX outbox_dead ON outbox (database_id) WHERE state = 'dead';

CREATE INDEX deliveries_failed ON deliveries (hook_id, received_at) WHERE outcome = 'failed';
