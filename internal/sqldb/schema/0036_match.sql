-- owner: match
-- An entry that is switched off until a moment stays in its bank and matches nothing before
-- off_until, by comparing with the clock at every lookup. The timer takes the moment off once
-- it has passed, so that the entry is also looked for among what came in meanwhile.

-- +goose Up
ALTER TABLE bank_entry ADD COLUMN off_until BIGINT;
CREATE INDEX bank_entry_off ON bank_entry (off_until) WHERE off_until IS NOT NULL;

ALTER TABLE subscription ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE; -- not fetched until a person lets it go on

-- What a unit gives to all its subscriptions of a form that have no secret of their own.
CREATE TABLE form_secret (
    unit_id TEXT NOT NULL,
    form    TEXT NOT NULL,
    secret  TEXT NOT NULL,
    PRIMARY KEY (unit_id, form)
);
