-- owner: media

-- +goose Up
CREATE TABLE medium (
    sha256  TEXT PRIMARY KEY,
    md5     TEXT NOT NULL,
    mime    TEXT NOT NULL,
    size    BIGINT NOT NULL,
    width   BIGINT NOT NULL,
    height  BIGINT NOT NULL,
    pdq     TEXT NOT NULL, -- empty where the medium is no picture that can be read
    quality BIGINT NOT NULL,
    fault   TEXT NOT NULL, -- why it could not be read
    at      BIGINT NOT NULL
);
CREATE INDEX medium_md5 ON medium (md5);
CREATE INDEX medium_pdq ON medium (pdq);
CREATE INDEX medium_at ON medium (at); -- for who follows what is new

CREATE TABLE item_medium (
    item_id    TEXT NOT NULL,
    sha256     TEXT NOT NULL REFERENCES medium (sha256),
    capture_id TEXT NOT NULL,
    url        TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (item_id, sha256)
);
CREATE INDEX item_medium_sha256 ON item_medium (sha256, item_id);

CREATE TABLE item_text (
    item_id TEXT NOT NULL,
    sha256  TEXT NOT NULL, -- of the normalised text
    at      BIGINT NOT NULL,
    PRIMARY KEY (item_id, sha256)
);
CREATE INDEX item_text_sha256 ON item_text (sha256, item_id);
