package flow

import (
	"context"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// proposeBack proposes to ask a platform to bring back what one person found to be no terrorist
// content, where a referral or notice of it may be there and the platform may have followed it.
// Orders have a withdrawal of their own (doubtOrder), drafts are pulled back.
func proposeBack(tx *sqldb.Tx, who auth.Principal, it item.Item, reasons string) error {
	reached, err := sentAbout(tx, it.ID)
	if err != nil {
		return err
	}
	gone := false
	for _, s := range reached {
		if s.track == refer.TrackOrder || gone {
			continue
		}
		if gone, err = deliver.Gone(tx, s.subject); err != nil {
			return err
		}
	}
	if !gone {
		return nil
	}
	down, err := perhapsDown(tx, it)
	if err != nil || !down {
		return err
	}
	_, err = redress.Propose(tx, who.Actor(), it.ID, reasons)
	return err
}

// perhapsDown reports whether a platform may have acted on an item: it says that it did, or it says
// nothing yet. Items have no word for what was only restricted; the notice has it.
func perhapsDown(tx *sqldb.Tx, it item.Item) (bool, error) {
	if it.Answer == "" || it.Answer == item.AnswerRemoved || it.Answer == item.AnswerDisabled {
		return true, nil
	}
	for _, track := range []notice.Track{notice.Article16, notice.Article9} {
		target, found, err := notice.Of(tx, track, it.ID)
		if err != nil {
			return false, err
		}
		if !found {
			continue
		}
		items, err := notice.Items(tx, target)
		if err != nil {
			return false, err
		}
		for _, told := range items {
			if told.Item == it.ID && (told.Kind == notice.KindRemoved || told.Kind == notice.KindDisabled || told.Kind == notice.KindRestricted) {
				return true, nil
			}
		}
	}
	return false, nil
}

// ApproveReinstatement is the second person's agreement to ask a platform to bring an item back,
// and has it asked.
func (f *Flow) ApproveReinstatement(ctx context.Context, who auth.Principal, target id.Item) (id.Item, error) {
	return write(ctx, f, call{who, auth.ItemReverse, "reinstatement.approve", target}, func(tx *sqldb.Tx) (id.Item, error) {
		it, err := item.Get(tx, target)
		if err != nil {
			return target, err
		}
		if err := seesItem(tx, who, it.ID); err != nil {
			return target, err
		}
		_, done, err := redress.Approve(tx, who.Actor(), it.ID)
		if err != nil || !done {
			return target, err
		}
		return target, f.handBack(tx, who, it)
	})
}
