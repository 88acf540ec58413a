-- owner: redress

-- +goose Up
-- What one person's reversal of an item asks back from its platform. It leaves when another agrees.
CREATE TABLE reinstatement (
    item_id     TEXT PRIMARY KEY, -- a platform is asked once for an item, as by the delivery
    reference   TEXT NOT NULL UNIQUE,
    reasons     TEXT NOT NULL, -- of the reversal; the platform reads them
    state       TEXT NOT NULL, -- proposed, approved; overtaken: a complaint was decided before anybody agreed
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    approved_by TEXT NOT NULL, -- empty while nobody has
    approved_at BIGINT,
    CHECK (approved_by <> proposed_by),
    CHECK (state <> 'approved' OR approved_by <> '')
);
CREATE INDEX reinstatement_proposed ON reinstatement (proposed_at, item_id) WHERE state = 'proposed';

-- The number that the newest reference of a year ends in.
CREATE TABLE reinstatement_counter (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- By which proposal the platform was asked that answers; empty: by a complaint alone.
ALTER TABLE reinstatement_answer ADD COLUMN reference TEXT NOT NULL DEFAULT '';
