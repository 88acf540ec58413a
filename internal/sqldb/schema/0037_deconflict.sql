-- owner: deconflict

-- +goose Up
-- Whoever has a standing interest is asked, like the units of an action.
ALTER TABLE interest ADD COLUMN silence     BIGINT NOT NULL DEFAULT 0; -- microseconds that the owner has to answer, where that is longer than the action gives
ALTER TABLE interest ADD COLUMN declared_at BIGINT NOT NULL DEFAULT 0; -- what was asked before then was not asked for its sake

ALTER TABLE deconflict_question ADD COLUMN for_interest BOOLEAN NOT NULL DEFAULT FALSE; -- the unit is asked because of its interests alone

CREATE TABLE interest_touch (
    item_id     TEXT NOT NULL,
    interest_id TEXT NOT NULL,
    unit_id     TEXT NOT NULL,   -- whose interest it is
    asked_at    BIGINT NOT NULL, -- when its owner was asked about the item last
    PRIMARY KEY (item_id, interest_id)
);
CREATE INDEX interest_touch_interest ON interest_touch (interest_id);

-- A hold does not rest on an interest any more, but on what its owner says. What was held so
-- is due at once: its owner is asked.
UPDATE clearance SET until = 1 WHERE state = 'hold' AND interest_id <> '';
DROP INDEX clearance_interest;

-- owner: item
-- What may not have left yet, for who declares an interest: few of all items.
CREATE INDEX item_leaving ON item (id) WHERE stage IN ('confirmed', 'held', 'cleared', 'blocked', 'drafted', 'ordered');
