-- owner: assess

-- +goose Up
ALTER TABLE assessment ADD COLUMN factors     TEXT NOT NULL DEFAULT ''; -- of recital 11, space-separated
ALTER TABLE assessment ADD COLUMN language    TEXT NOT NULL DEFAULT ''; -- that the content is in, BCP 47
ALTER TABLE assessment ADD COLUMN producer    TEXT NOT NULL DEFAULT ''; -- person or group that it is attributed to
ALTER TABLE assessment ADD COLUMN behaviours  TEXT NOT NULL DEFAULT ''; -- law.Behaviours, space-separated
ALTER TABLE assessment ADD COLUMN tier        TEXT NOT NULL DEFAULT ''; -- law.Tier; empty: none
ALTER TABLE assessment ADD COLUMN designation TEXT NOT NULL DEFAULT ''; -- designation.Frozen as JSON: the entry of a list as it was
CREATE INDEX assessment_tier ON assessment (tier, item_id) WHERE tier <> '';
