-- owner: match

-- +goose Up
CREATE TABLE bank (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE, -- [A-Z_][A-Z0-9_]*
    unit_id    TEXT NOT NULL,
    radius     BIGINT NOT NULL, -- largest distance in bits that is a match, for pdq
    terms      TEXT NOT NULL,
    enabled    BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE bank_entry (
    id           TEXT PRIMARY KEY,
    bank_id      TEXT NOT NULL REFERENCES bank (id),
    kind         TEXT NOT NULL, -- pdq, sha256, md5
    value        TEXT NOT NULL,
    label        TEXT NOT NULL,
    provenance   TEXT NOT NULL,
    at           BIGINT NOT NULL,
    retracted_at BIGINT,
    UNIQUE (bank_id, kind, value)
);
CREATE INDEX bank_entry_value ON bank_entry (value);

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
