-- owner: item
-- action_item repeats what lists are filtered by, so that each filter is a walk along one index.

-- +goose Up
CREATE TABLE item (
    id          TEXT PRIMARY KEY,
    platform_id TEXT NOT NULL, -- empty while the host belongs to no registered platform
    url         TEXT NOT NULL UNIQUE, -- canonical
    host        TEXT NOT NULL,
    kind        TEXT NOT NULL, -- post, account, channel, file, site
    page        TEXT NOT NULL, -- item, home, search, listing
    language    TEXT NOT NULL,
    title       TEXT NOT NULL,
    stage       TEXT NOT NULL,
    answer      TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    moved_at    BIGINT NOT NULL
);
CREATE INDEX item_platform ON item (platform_id, id);

CREATE TABLE item_variant (
    url     TEXT PRIMARY KEY,
    item_id TEXT NOT NULL REFERENCES item (id),
    at      BIGINT NOT NULL
);
CREATE INDEX item_variant_item ON item_variant (item_id);

CREATE TABLE action_item (
    action_id   TEXT NOT NULL,
    item_id     TEXT NOT NULL REFERENCES item (id),
    platform_id TEXT NOT NULL,
    language    TEXT NOT NULL,
    stage       TEXT NOT NULL,
    answer      TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    PRIMARY KEY (action_id, item_id)
);
CREATE INDEX action_item_item ON action_item (item_id);
CREATE INDEX action_item_stage ON action_item (action_id, stage, item_id);
CREATE INDEX action_item_platform ON action_item (action_id, platform_id, stage, item_id);
CREATE INDEX action_item_language ON action_item (action_id, language, stage, item_id);
CREATE INDEX action_item_verdict ON action_item (action_id, verdict, item_id);
