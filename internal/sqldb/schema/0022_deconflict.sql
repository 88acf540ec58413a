-- owner: deconflict

-- +goose Up
-- The round: before anything leaves, each unit is asked whether it disturbs its work.
CREATE TABLE deconflict_question (
    item_id     TEXT NOT NULL,
    unit_id     TEXT NOT NULL, -- that is asked
    asked_at    BIGINT NOT NULL,
    closes_at   BIGINT NOT NULL, -- from then on silence counts as free
    answer      TEXT NOT NULL,   -- free, order, interest, silence; empty while it is open
    contact     TEXT NOT NULL,   -- of an interest: whom to ring
    until       BIGINT,          -- of an interest: when the hold ends
    reference   TEXT NOT NULL,   -- of an existing order
    answered_at BIGINT,
    answered_by TEXT NOT NULL,
    PRIMARY KEY (item_id, unit_id)
);
CREATE INDEX deconflict_question_unit ON deconflict_question (unit_id, answer, closes_at);
