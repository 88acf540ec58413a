-- owner: item
-- action_item repeats what lists are filtered by. A list is in the order of url_key, and for
-- each set of filters there is one index that has them all before url_key, so a page is a
-- short walk along one index, whatever the filters leave over. Every such index has the
-- stage before url_key: a list of all stages is merged from one walk for each. Indexes of
-- what an item does not have at first (language, verdict) leave out those that lack it.

-- +goose Up
CREATE TABLE item (
    id          TEXT PRIMARY KEY,
    platform_id TEXT NOT NULL, -- empty while the host belongs to no registered platform
    url         TEXT NOT NULL, -- canonical
    url_sum     BYTEA NOT NULL UNIQUE, -- SHA-256 of url, which may be longer than an index of PostgreSQL takes
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
    item_id TEXT NOT NULL REFERENCES item (id),
    url     TEXT NOT NULL,   -- exactly as it was seen
    url_sum BYTEA NOT NULL,  -- SHA-256 of url
    at      BIGINT NOT NULL,
    place   BIGINT NOT NULL, -- order among those that came at the same moment
    PRIMARY KEY (item_id, url_sum)
);

CREATE TABLE action_item (
    action_id   TEXT NOT NULL,
    item_id     TEXT NOT NULL REFERENCES item (id),
    url_key     BYTEA NOT NULL, -- the canonical link without its scheme, at most 2,000 bytes
    platform_id TEXT NOT NULL,
    language    TEXT NOT NULL,
    stage       TEXT NOT NULL,
    answer      TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    PRIMARY KEY (item_id, action_id)
);
CREATE INDEX action_item_stage ON action_item (action_id, stage, item_id);
CREATE INDEX action_item_list ON action_item (action_id, stage, url_key, item_id);
CREATE INDEX action_item_list_p ON action_item (action_id, platform_id, stage, url_key, item_id);
CREATE INDEX action_item_list_l ON action_item (action_id, language, stage, url_key, item_id) WHERE language <> '';
CREATE INDEX action_item_list_pl ON action_item (action_id, platform_id, language, stage, url_key, item_id) WHERE language <> '';
CREATE INDEX action_item_list_v ON action_item (action_id, verdict, stage, url_key, item_id) WHERE verdict <> '';
CREATE INDEX action_item_list_pv ON action_item (action_id, platform_id, verdict, stage, url_key, item_id) WHERE verdict <> '';
CREATE INDEX action_item_list_lv ON action_item (action_id, language, verdict, stage, url_key, item_id) WHERE verdict <> '';
CREATE INDEX action_item_list_plv ON action_item (action_id, platform_id, language, verdict, stage, url_key, item_id) WHERE verdict <> '';
