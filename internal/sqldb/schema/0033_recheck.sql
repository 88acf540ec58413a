-- owner: recheck

-- +goose Up
ALTER TABLE recheck ADD COLUMN base BIGINT NOT NULL DEFAULT 0; -- step at which the schedule was begun anew, for a removal order
