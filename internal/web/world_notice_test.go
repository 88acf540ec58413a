package web

import (
	"context"
	"fmt"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// notify puts delivered items of Clips on further tracks: a notice that waits for approval, one
// that the platform has, an order to act that it has.
func (w *world) notify() {
	forms := map[notice.Track]law.Filled{
		notice.Article16: {"explanation": "Two people assessed each item. " + hostile, "good_faith": "yes", "trusted_flagger": "yes"},
		notice.Article9:  {"legal_basis": "Example Act", "reasons": "It calls for joining the fictional Sample Brigade.", "provisions": "Example Act, section 3", "redress": "Example Court, within one month", "territory": "Belgium"},
	}
	onClips := w.deliveredToClips()
	for i, m := range []struct {
		track notice.Track
		items []id.Item
		send  bool
	}{{notice.Article16, onClips[:1], false}, {notice.Article16, onClips[1:3], true}, {notice.Article9, onClips[:1], true}} {
		made, err := w.flow.DraftNotices(context.Background(), w.people["Dora"], w.action, flow.NewNotices{Track: m.track, Items: m.items, Filled: forms[m.track]})
		if err != nil || len(made.Notices) != 1 {
			w.t.Fatalf("notice %d: %+v %v", i, made, err)
		}
		w.notices = append(w.notices, made.Notices[0])
		if !m.send {
			continue
		}
		if _, err := w.flow.ApproveNotice(context.Background(), w.people["Cleo"], made.Notices[0]); err != nil {
			w.t.Fatal(err)
		}
		w.advance(time.Minute)
		w.update(func(tx *sqldb.Tx) error { return notice.Received(tx, audit.System, made.Notices[0], tx.Now) })
	}
}

// deliveredToClips are the items that Clips has a referral of and that are there still, as far as
// the last look tells: the gate lets no notice be given of what is gone.
func (w *world) deliveredToClips() (list []id.Item) {
	for i := range 14 {
		it := w.read(w.items[fmt.Sprintf("delivered-%d", i)])
		if it.Platform == w.platforms["Clips"] && !recheck.Verdict(it.Verdict).Gone() {
			list = append(list, it.ID)
		}
	}
	return list
}

// complain files a complaint of a content provider about a delivered item.
func (w *world) complain() {
	made, err := w.flow.FileComplaint(context.Background(), w.people["Cleo"], flow.NewComplaint{Item: w.items["delivered-2"], Contact: "writer@mail.example", Reasons: "It is a news report. " + hostile})
	if err != nil {
		w.t.Fatal(err)
	}
	w.complaint = made
}

func (w *world) read(target id.Item) (it item.Item) {
	if err := w.db.View(context.Background(), func(tx *sqldb.Tx) (err error) {
		it, err = item.Get(tx, target)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return it
}
