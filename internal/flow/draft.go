package flow

import (
	"context"
	"strings"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// Drafted is what became of the items that were ready to be referred.
type Drafted struct {
	Referrals []id.Referral
	Blocked   []id.Item
}

// draftAtOnce bounds how many items one call drafts in its transaction.
const draftAtOnce = 5000

// Draft runs the pre-flight over an action's cleared items. What passes is drafted as one
// referral for each platform; what does not is blocked, with the reason and the remedy.
func (f *Flow) Draft(ctx context.Context, who auth.Principal, a id.Action) (Drafted, error) {
	return write(ctx, f, call{who, auth.ReferDraft, "refer.draft", a}, func(tx *sqldb.Tx) (Drafted, error) {
		var out Drafted
		if err := takesPart(tx, who, a); err != nil {
			return out, err
		}
		cleared, err := item.InStage(tx, a, item.Cleared, "", draftAtOnce)
		if err != nil {
			return out, err
		}
		d := drafting{tx: tx, who: who, action: a, batches: map[id.Platform]*refer.Batch{}, known: map[id.Platform]platform.Platform{}}
		if err := d.remedied(); err != nil {
			return out, err
		}
		for _, it := range cleared {
			if err := d.add(it); err != nil {
				return out, err
			}
		}
		out.Blocked = d.blocked
		out.Referrals, err = d.finish()
		return out, err
	})
}

// drafting sorts cleared items by platform, or out.
type drafting struct {
	tx      *sqldb.Tx
	who     auth.Principal
	action  id.Action
	order   []id.Platform // of batches, as first met
	batches map[id.Platform]*refer.Batch
	known   map[id.Platform]platform.Platform
	blocked []id.Item
}

// platform reads a platform once for all of its items.
func (d *drafting) platform(p id.Platform) (platform.Platform, error) {
	if to, ok := d.known[p]; ok {
		return to, nil
	}
	to, err := platform.Get(d.tx, p)
	d.known[p] = to
	return to, err
}

func (d *drafting) add(target id.Item) error {
	it, err := item.Get(d.tx, target)
	if err != nil {
		return err
	}
	confirmed, err := assess.TwoPeople(d.tx, it.ID)
	if err != nil {
		return err
	}
	facts, err := d.facts(it, confirmed.Reasons())
	if err != nil {
		return err
	}
	if block := refer.Preflight(facts); block != nil {
		d.blocked = append(d.blocked, it.ID)
		if _, err := refer.SaveBlock(d.tx, d.who.Actor(), it.ID, *block); err != nil {
			return err
		}
		_, err := item.Move(d.tx, d.who.Actor(), item.Blocked, []item.Stage{item.Cleared}, it.ID)
		return err
	}
	// An interest may have been registered since the item was cleared: it is asked again.
	if stage, err := askOne(d.tx, it, d.who.Actor()); err != nil || stage != item.Cleared {
		return err
	}
	clearance, err := deconflict.Cleared(d.tx, it.ID)
	if err != nil {
		return err
	}
	seen, err := item.Variants(d.tx, it.ID)
	if err != nil {
		return err
	}
	batch := d.batches[it.Platform]
	if batch == nil {
		to, err := d.platform(it.Platform)
		if err != nil {
			return err
		}
		batch = &refer.Batch{Action: d.action, Platform: it.Platform, Unit: d.who.Unit, Language: to.Language}
		d.batches[it.Platform] = batch
		d.order = append(d.order, it.Platform)
	}
	batch.Items = append(batch.Items, refer.Ready{Confirmed: confirmed, Clearance: clearance, URL: seen[0]})
	return nil
}

// finish drafts the batches, in pieces of what one referral may hold.
func (d *drafting) finish() (made []id.Referral, err error) {
	for _, p := range d.order {
		batch := d.batches[p]
		err := chunks(batch.Items, refer.MaxItems, func(some []refer.Ready) error {
			piece := *batch
			piece.Items = some
			drafted, err := refer.Draft(d.tx, d.who.Actor(), piece)
			if err != nil {
				return err
			}
			made = append(made, drafted.ID)
			ids := identified(some, func(r refer.Ready) id.Item { return r.Confirmed.Item() })
			_, err = item.Move(d.tx, d.who.Actor(), item.Drafted, []item.Stage{item.Cleared}, ids...)
			return err
		})
		if err != nil {
			return made, err
		}
	}
	return made, nil
}

// remedied drafts what the gate stopped before and lets through now, because the remedy was used.
func (d *drafting) remedied() error {
	blocked, err := item.InStage(d.tx, d.action, item.Blocked, "", draftAtOnce)
	if err != nil {
		return err
	}
	for _, target := range blocked {
		it, err := item.Get(d.tx, target)
		if err != nil {
			return err
		}
		confirmed, err := assess.TwoPeople(d.tx, target)
		if err != nil {
			return err
		}
		facts, err := d.facts(it, confirmed.Reasons())
		if err != nil {
			return err
		}
		if refer.Preflight(facts) != nil {
			continue
		}
		if _, err := item.Move(d.tx, d.who.Actor(), item.Cleared, []item.Stage{item.Blocked}, target); err != nil {
			return err
		}
		if err := d.add(target); err != nil {
			return err
		}
	}
	return nil
}

// facts gathers what the gate judges an item by.
func (d *drafting) facts(it item.Item, reasons string) (refer.Facts, error) {
	tx := d.tx
	facts := refer.Facts{Page: it.Page, Platform: it.Platform, Text: reasons}
	if recheck.Verdict(it.Verdict).Gone() {
		facts.Gone = strings.ReplaceAll(string(it.Verdict), "_", " ")
	}
	var err error
	if facts.Protected, err = platform.ProtectedReason(tx, it.Host); err != nil {
		return facts, err
	}
	if facts.Protected != "" {
		if facts.Justification, err = refer.Justification(tx, it.ID); err != nil {
			return facts, err
		}
	}
	assessments, err := assess.Of(tx, it.ID)
	if err != nil {
		return facts, err
	}
	facts.Seen = len(assessments) > 0
	answer, _, err := deconflict.Of(tx, it.ID)
	if err != nil {
		return facts, err
	}
	switch until := answer.Until.Format("2006-01-02 15:04 MST"); {
	case !answer.Until.After(tx.Now): // it is asked about again before it leaves
	case answer.State == deconflict.Hold:
		facts.Hold = answer.Contact + ", or wait until " + until
	case answer.State == deconflict.Asking:
		facts.Asking = until
	}
	latest, ok, err := capture.Latest(tx, it.ID)
	if err != nil {
		return facts, err
	}
	facts.Captured = ok && latest.Outcome == capture.Captured
	order, _, err := deconflict.OrderOn(tx, it.URL)
	if err != nil {
		return facts, err
	}
	facts.Order = order.Reference
	if it.Platform != "" {
		to, err := d.platform(it.Platform)
		facts.Verified = !to.VerifiedAt.IsZero()
		return facts, err
	}
	return facts, nil
}
