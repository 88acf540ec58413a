-- owner: deconflict

-- +goose Up
CREATE TABLE interest (
    id         TEXT PRIMARY KEY,
    unit_id    TEXT NOT NULL,
    kind       TEXT NOT NULL, -- url_prefix, sha256, pdq
    value      TEXT NOT NULL,
    contact    TEXT NOT NULL, -- who to ring
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at   BIGINT,
    UNIQUE (unit_id, kind, value)
);
CREATE INDEX interest_value ON interest (kind, value);

CREATE TABLE existing_order (
    url        TEXT NOT NULL, -- canonical
    reference  TEXT NOT NULL,
    authority  TEXT NOT NULL,
    issued_at  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (url, reference)
);

CREATE TABLE clearance (
    id          TEXT PRIMARY KEY,
    item_id     TEXT NOT NULL UNIQUE,
    state       TEXT NOT NULL, -- clear, hold
    interest_id TEXT NOT NULL,
    contact     TEXT NOT NULL,
    until       BIGINT,        -- a hold ends then
    at          BIGINT NOT NULL
);
CREATE INDEX clearance_until ON clearance (state, until);
CREATE INDEX clearance_interest ON clearance (interest_id) WHERE state = 'hold';
