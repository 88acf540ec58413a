-- owner: designation

-- +goose Up
CREATE TABLE designation_list (
    id         TEXT PRIMARY KEY,
    source     TEXT NOT NULL,        -- un, eu, csv
    name       TEXT NOT NULL UNIQUE,
    current    BIGINT NOT NULL,      -- number of the version that is in force; 0: none yet
    created_at BIGINT NOT NULL
);

CREATE TABLE designation_version (
    list_id     TEXT NOT NULL REFERENCES designation_list (id),
    number      BIGINT NOT NULL, -- from 1
    label       TEXT NOT NULL,   -- what the publisher calls it
    dated_at    BIGINT,          -- when the publisher made it
    sha256      TEXT NOT NULL,   -- of the file, which is in the blob store
    state       TEXT NOT NULL,   -- taking, taken, abandoned
    entries     BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    added       BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    delisted    BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    PRIMARY KEY (list_id, number)
);
CREATE UNIQUE INDEX designation_version_file ON designation_version (list_id, sha256);

CREATE TABLE designated_entity (
    id            TEXT PRIMARY KEY,
    list_id       TEXT NOT NULL REFERENCES designation_list (id),
    reference     TEXT NOT NULL,   -- the publisher's
    kind          TEXT NOT NULL,   -- person, group
    name          TEXT NOT NULL,
    programme     TEXT NOT NULL,
    listed_on     TEXT NOT NULL,   -- as the publisher writes it
    note          TEXT NOT NULL,
    sum           TEXT NOT NULL,   -- SHA-256 over all of the entry, to see changes
    first_version BIGINT NOT NULL,
    last_version  BIGINT NOT NULL, -- the newest that has it; listed while that is the current one
    UNIQUE (list_id, reference)
);
CREATE INDEX designated_entity_last ON designated_entity (list_id, last_version);

CREATE TABLE designated_name (
    entity_id TEXT NOT NULL REFERENCES designated_entity (id),
    place     BIGINT NOT NULL,
    name      TEXT NOT NULL,
    quality   TEXT NOT NULL, -- name, alias, weak, former, original
    search    TEXT NOT NULL, -- in the form that is searched
    PRIMARY KEY (entity_id, place)
);
