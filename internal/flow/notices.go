package flow

import (
	"context"
	"slices"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// NewNotices asks for notices, one for each platform.
type NewNotices struct {
	Track  notice.Track
	Items  []id.Item  // none: all cleared items of the action
	Filled law.Filled // of law.Notice or law.ActOrder, without the links; notifier and language are filled in where they are missing
}

// Noticed is what became of the items that notice was to be given of.
type Noticed struct {
	Notices []id.Notice
	Blocked []Stopped
}

// Stopped is an item that the pre-flight stopped, and why.
type Stopped struct {
	Item id.Item
	refer.Block
	At time.Time
}

// Noticeable are the stages of items that notice can be given of: two people confirmed them,
// deconfliction cleared them. An item that was referred can go on to another track; one that the
// pre-flight stopped is judged anew.
var Noticeable = []item.Stage{item.Cleared, item.Blocked, item.Drafted, item.Approved, item.Delivered, item.Undeliverable, item.Ordered}

// DraftNotices runs the pre-flight over items and drafts what passes.
func (f *Flow) DraftNotices(ctx context.Context, who auth.Principal, a id.Action, in NewNotices) (Noticed, error) {
	perm := auth.ReferDraft
	if in.Track == notice.Article9 {
		perm = auth.OrderDraft
	}
	var looked []id.Item
	made, err := write(ctx, f, call{who, perm, "notice.draft", []any{a, in}}, func(tx *sqldb.Tx) (Noticed, error) {
		looked = nil
		if err := takesPart(tx, who, a); err != nil {
			return Noticed{}, err
		}
		items := in.Items
		if len(items) == 0 {
			cleared, err := item.InStage(tx, a, item.Cleared, "", draftAtOnce)
			if err != nil {
				return Noticed{}, err
			}
			blocked, err := item.InStage(tx, a, item.Blocked, "", draftAtOnce-len(cleared))
			if err != nil {
				return Noticed{}, err
			}
			items = append(cleared, blocked...)
		}
		if len(items) > draftAtOnce {
			return Noticed{}, problem.New(problem.TooLarge, "name at most %d items", draftAtOnce)
		}
		n := noticing{in: in, batches: map[id.Platform]*notice.Batch{},
			drafting: drafting{tx: tx, who: who, action: a, batches: map[id.Platform]*refer.Batch{}, known: map[id.Platform]platform.Platform{}}}
		if err := n.prepare(); err != nil {
			return Noticed{}, err
		}
		for _, it := range items {
			looked = append(looked, it)
			if err := n.add(it); err != nil {
				return Noticed{}, err
			}
		}
		return n.finish()
	})
	return made, f.keepAsked(ctx, who, looked, err)
}

// noticing sorts items by platform, or out.
type noticing struct {
	drafting
	in      NewNotices
	unit    auth.Unit
	batches map[id.Platform]*notice.Batch
	stopped []Stopped
}

// prepare fills in what is known of who gives notice.
func (n *noticing) prepare() (err error) {
	if n.unit, err = auth.UnitByName(n.tx, string(n.who.Unit)); err != nil {
		return err
	}
	if n.in.Track == notice.Article9 && n.unit.Kind != "authority" {
		return problem.New(problem.Refused, "%s is no authority; only judicial or administrative authorities issue orders under Article 9, a notice of Article 16 is open to all", n.unit.Name)
	}
	filled := law.Filled{}
	for key, value := range n.in.Filled {
		if value != "" && key != "urls" {
			filled[key] = value
		}
	}
	missing := map[string]string{"notifier": n.unit.Name, "notifier_email": n.who.Email}
	if n.in.Track == notice.Article9 {
		missing = map[string]string{"authority": n.unit.Name, "effect_to": n.unit.Name}
	}
	for key, value := range missing {
		if filled[key] == "" {
			filled[key] = value
		}
	}
	n.in.Filled = filled
	return nil
}

func (n *noticing) add(target id.Item) error {
	it, err := item.Get(n.tx, target)
	if err != nil {
		return err
	}
	if err := seesItem(n.tx, n.who, it.ID); err != nil {
		return err
	}
	if !slices.Contains(Noticeable, it.Stage) {
		return problem.New(problem.Refused, "item %s is %s; notice is given of what two people confirmed and deconfliction cleared", it.ID, it.Stage)
	}
	if _, there, err := notice.Of(n.tx, n.in.Track, it.ID); err != nil || there {
		return err
	}
	confirmed, err := assess.TwoPeople(n.tx, it.ID)
	if err != nil {
		return err
	}
	facts, err := n.facts(it, confirmed.Reasons())
	if err != nil {
		return err
	}
	if block := refer.Preflight(facts); block != nil {
		return n.block(it, *block)
	}
	if it.Stage == item.Blocked { // the remedy was used
		if _, err := item.Move(n.tx, n.who.Actor(), item.Cleared, []item.Stage{item.Blocked}, it.ID); err != nil {
			return err
		}
		it.Stage = item.Cleared
		if err := refer.Unblock(n.tx, it.ID); err != nil {
			return err
		}
	}
	// An interest may have been declared since the item was cleared: it is asked again.
	stage, err := askOne(n.tx, it, n.who.Actor())
	if err != nil || it.Stage == item.Cleared && stage != item.Cleared {
		return err
	}
	return n.join(it, confirmed)
}

// block keeps what the gate refuses. What has left on another track stays where it is.
func (n *noticing) block(it item.Item, block refer.Block) error {
	n.stopped = append(n.stopped, Stopped{it.ID, block, n.tx.Now})
	if it.Stage != item.Cleared && it.Stage != item.Blocked {
		return nil
	}
	if _, err := refer.SaveBlock(n.tx, n.who.Actor(), it.ID, block); err != nil {
		return err
	}
	_, err := item.Move(n.tx, n.who.Actor(), item.Blocked, []item.Stage{item.Cleared}, it.ID)
	return err
}

func (n *noticing) join(it item.Item, confirmed assess.Confirmed) error {
	clearance, err := deconflict.Cleared(n.tx, it.ID)
	if err != nil {
		return err
	}
	seen, err := item.Variants(n.tx, it.ID)
	if err != nil {
		return err
	}
	batch := n.batches[it.Platform]
	if batch == nil {
		to, err := n.platform(it.Platform)
		if err != nil {
			return err
		}
		batch = &notice.Batch{Track: n.in.Track, Action: n.action, Platform: it.Platform, Unit: n.who.Unit, Language: to.Language, Filled: law.Filled{}}
		for key, value := range n.in.Filled {
			batch.Filled[key] = value
		}
		if n.in.Track == notice.Article9 {
			batch.Filled["language"] = to.Language // Article 9(2)(c): one that the provider declared
		}
		n.batches[it.Platform], n.order = batch, append(n.order, it.Platform)
	}
	batch.Items = append(batch.Items, notice.Ready{Confirmed: confirmed, Clearance: clearance, URL: seen[0]})
	return nil
}

func (n *noticing) finish() (Noticed, error) {
	out := Noticed{Blocked: n.stopped}
	for _, p := range n.order {
		batch := n.batches[p]
		made, err := notice.Draft(n.tx, n.who.Actor(), *batch)
		if err != nil {
			return out, err
		}
		out.Notices = append(out.Notices, made.ID)
		ids := identified(batch.Items, func(r notice.Ready) id.Item { return r.Confirmed.Item() })
		if _, err := item.Move(n.tx, n.who.Actor(), item.Drafted, []item.Stage{item.Cleared}, ids...); err != nil {
			return out, err
		}
	}
	return out, nil
}

// ApproveNotice lets a notice leave. The stage refuses who drafted it.
func (f *Flow) ApproveNotice(ctx context.Context, who auth.Principal, target id.Notice) (id.Notice, error) {
	var looked []id.Item // by deconfliction, once more
	_, err := write(ctx, f, call{who, auth.ReferApprove, "notice.approve", target}, func(tx *sqldb.Tx) (id.Notice, error) {
		looked = nil
		draft, err := notice.Get(tx, target)
		if err != nil {
			return target, err
		}
		if err := takesPart(tx, who, draft.Action); err != nil {
			return target, err
		}
		if draft.Track == notice.Article9 {
			if err := who.Require(auth.OrderApprove); err != nil {
				return target, err
			}
		}
		to, err := platform.Get(tx, draft.Platform)
		if err != nil {
			return target, err
		}
		if draft.State == notice.StateDraft && draft.DraftedBy != who.User { // who may not approve is told that first
			if looked, err = leaveNotice(tx, who, draft, to); err != nil {
				return target, err
			}
		}
		approved, err := notice.Approve(tx, who.Actor(), target)
		if err != nil || draft.State == notice.StateApproved { // a second approval sends nothing
			return target, err
		}
		items, err := standingNotice(tx, target)
		if err != nil {
			return target, err
		}
		unit, err := auth.UnitByName(tx, string(approved.Unit))
		if err != nil {
			return target, err
		}
		if len(items) > 0 {
			if err := NoticeDocument(approved, items, unit.Name, to.Name, f.answersAt(to.ID)).Check(); err != nil {
				return target, err
			}
		}
		return target, f.sendOff(tx, who, identified(items, noticed), deliver.New{Subject: string(target), Kind: kindOf(approved.Track), Platform: to.ID, Transport: to.Transport})
	})
	return target, f.keepAsked(ctx, who, looked, err)
}

// leaveNotice is the gate before a notice leaves. The contact hours of the platform hold back
// what people read in their mail. The form of Article 16 is open at any time, and so is every
// program that stands in for it; an order of Article 9 takes effect when it is received.
// It gives the items that it looked at.
func leaveNotice(tx *sqldb.Tx, who auth.Principal, n notice.Notice, to platform.Platform) ([]id.Item, error) {
	items, err := standingNotice(tx, n.ID)
	if err != nil {
		return nil, err
	}
	l := parting{drafting: drafting{tx: tx, who: who, action: n.Action, known: map[id.Platform]platform.Platform{to.ID: to}}, to: to,
		read: n.Track == notice.Article16 && to.Transport == deliver.SMTP}
	l.takeOut = func(it id.Item, why item.TakenOut) error { return notice.TakeOut(tx, who.Actor(), n, it, why) }
	for _, told := range items {
		if err := l.look(told.Item, told.Reasons); err != nil {
			return nil, err
		}
	}
	return identified(items, noticed), l.verdict()
}

func noticed(it notice.Item) id.Item { return it.Item }

func kindOf(track notice.Track) deliver.Kind {
	if track == notice.Article9 {
		return deliver.ActOrder
	}
	return deliver.Notice
}

// standingNotice are the items of a notice that were not reversed.
func standingNotice(tx *sqldb.Tx, n id.Notice) ([]notice.Item, error) {
	items, err := notice.Items(tx, n)
	if err != nil {
		return nil, err
	}
	return unreversed(tx, items, noticed)
}
