-- owner: platform

-- +goose Up
-- The legal representative in the Union, Article 17; all empty where there is none.
ALTER TABLE platform ADD COLUMN representative         TEXT NOT NULL DEFAULT '';
ALTER TABLE platform ADD COLUMN representative_state   TEXT NOT NULL DEFAULT ''; -- member state, ISO 3166-1
ALTER TABLE platform ADD COLUMN representative_address TEXT NOT NULL DEFAULT '';
ALTER TABLE platform ADD COLUMN languages              TEXT NOT NULL DEFAULT ''; -- that it accepts besides its language, BCP 47, space-separated
ALTER TABLE platform ADD COLUMN hours                  TEXT NOT NULL DEFAULT ''; -- when referrals reach people there: Mo-Fr 09:00-17:00; empty: at any time
ALTER TABLE platform ADD COLUMN time_zone              TEXT NOT NULL DEFAULT ''; -- of the hours, IANA
