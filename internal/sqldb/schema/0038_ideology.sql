-- owner: assess
-- Ideology, law.Ideologies: for counting alone. Several packages own a part each.

-- +goose Up
ALTER TABLE assessment ADD COLUMN ideology TEXT NOT NULL DEFAULT 'not_specified'; -- as this person found it

-- owner: designation
ALTER TABLE designated_entity ADD COLUMN ideology TEXT NOT NULL DEFAULT ''; -- that assessments resting on the entry propose; empty: none

-- owner: item
-- What the people who decided an item agree on; empty until two of them have decided.
ALTER TABLE item        ADD COLUMN ideology TEXT NOT NULL DEFAULT '';
ALTER TABLE action_item ADD COLUMN ideology TEXT NOT NULL DEFAULT '';
UPDATE item SET ideology = 'not_specified' WHERE stage IN ('rejected', 'confirmed', 'held', 'cleared', 'blocked', 'drafted', 'approved', 'delivered', 'undeliverable', 'ordered');
UPDATE action_item SET ideology = 'not_specified' WHERE stage IN ('rejected', 'confirmed', 'held', 'cleared', 'blocked', 'drafted', 'approved', 'delivered', 'undeliverable', 'ordered');
-- The other filters of a list are looked at in this index as the walk goes along.
CREATE INDEX action_item_list_i ON action_item (action_id, ideology, stage, url_key, item_id, platform_id, language, verdict) WHERE ideology <> '';
