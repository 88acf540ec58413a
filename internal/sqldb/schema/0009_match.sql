-- owner: match
-- Each chunk of entries that is added to a bank has the next number, batch. The bank's row
-- is locked while it counts, so batches become visible in the order of their numbers, and
-- whoever has seen all up to one number misses nothing by asking for the higher ones.

-- +goose Up
CREATE TABLE bank (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE, -- [A-Z_][A-Z0-9_]*
    unit_id    TEXT NOT NULL,
    radius     BIGINT NOT NULL, -- largest distance in bits that is a match, for pdq
    terms      TEXT NOT NULL,
    enabled    BOOLEAN NOT NULL,
    batch      BIGINT NOT NULL, -- number of the newest batch of entries, 0 before the first
    created_at BIGINT NOT NULL
);

CREATE TABLE bank_entry (
    id           TEXT PRIMARY KEY,
    bank_id      TEXT NOT NULL REFERENCES bank (id),
    batch        BIGINT NOT NULL,
    kind         TEXT NOT NULL, -- pdq, sha256, md5
    value        TEXT NOT NULL,
    label        TEXT NOT NULL,
    provenance   TEXT NOT NULL,
    at           BIGINT NOT NULL,
    retracted_at BIGINT,
    UNIQUE (value, kind, bank_id) -- in this order it finds the entries of a value too
);
CREATE INDEX bank_entry_batch ON bank_entry (bank_id, kind, batch);

CREATE TABLE match (
    id       TEXT PRIMARY KEY,
    item_id  TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    bank_id  TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    kind     TEXT NOT NULL,
    distance BIGINT NOT NULL,
    label    TEXT NOT NULL,
    at       BIGINT NOT NULL,
    UNIQUE (item_id, sha256, entry_id)
);

CREATE TABLE reupload (
    item_id    TEXT NOT NULL,
    earlier_id TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    earlier_sha256 TEXT NOT NULL,
    distance   BIGINT NOT NULL,
    gone_at    BIGINT NOT NULL, -- when the earlier item was first seen gone
    at         BIGINT NOT NULL, -- when the later item was found to carry it again
    PRIMARY KEY (item_id, earlier_id)
);
CREATE INDEX reupload_earlier ON reupload (earlier_id);
