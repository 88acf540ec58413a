-- owner: capture

-- +goose Up
CREATE TABLE capture (
    id        TEXT PRIMARY KEY,
    item_id   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    outcome   TEXT NOT NULL,   -- captured, unreachable
    fault     TEXT NOT NULL,   -- why it was unreachable, or captured only in part
    status    BIGINT NOT NULL, -- HTTP status of the page, 0 where there was none
    final_url TEXT NOT NULL,
    vantage   TEXT NOT NULL,
    warc      TEXT NOT NULL,   -- SHA-256 of the WARC file
    size      BIGINT NOT NULL, -- bytes of the WARC file
    title     TEXT NOT NULL,
    language  TEXT NOT NULL,
    text      TEXT NOT NULL    -- SHA-256 of the page's text in the blob store
);
CREATE INDEX capture_item ON capture (item_id, id);
