-- owner: platform

-- +goose Up
-- The legal representative in the Union, Article 17; all empty where there is none.
ALTER TABLE platform ADD COLUMN representative         TEXT NOT NULL DEFAULT '';
ALTER TABLE platform ADD COLUMN representative_state   TEXT NOT NULL DEFAULT ''; -- member state, ISO 3166-1
ALTER TABLE platform ADD COLUMN representative_address TEXT NOT NULL DEFAULT '';
ALTER TABLE platform ADD COLUMN languages              TEXT NOT NULL DEFAULT ''; -- that it accepts besides its language, BCP 47, space-separated
ALTER TABLE platform ADD COLUMN hours                  TEXT NOT NULL DEFAULT ''; -- when referrals reach people there: Mo-Fr 09:00-17:00; empty: at any time
ALTER TABLE platform ADD COLUMN time_zone              TEXT NOT NULL DEFAULT ''; -- of the hours, IANA
ALTER TABLE platform ADD COLUMN pgp_key                TEXT NOT NULL DEFAULT ''; -- armored OpenPGP public key that mail is encrypted to
ALTER TABLE platform ADD COLUMN mail_domains           TEXT NOT NULL DEFAULT ''; -- from which its answers come by mail, beside that of the contact point, space-separated
