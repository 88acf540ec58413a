package flow

import (
	"slices"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// parting looks once more at the items of a batch that is about to leave, a referral or a notice.
// Days can lie between drafting and leaving: somebody declared an interest, another authority
// ordered the removal, the platform took it down, its contact point moved. What the gate stops
// now is taken out, with the reason and the remedy, and the rest goes.
type parting struct {
	drafting
	to       platform.Platform
	read     bool                               // by people, in the hours of the platform
	takeOut  func(id.Item, item.TakenOut) error // of the draft
	left     int                                // items that the gate lets through
	pressing bool                               // one of them is a threat to life or a crisis, which knows no hours
	stopped  *refer.Block                       // why the first that it does not
}

// waiting are the stages of items that have not left. One that is drafted on two tracks can be
// taken out of one draft, have what stood against it remedied, and leave with the other.
var waiting = []item.Stage{item.Drafted, item.Confirmed, item.Cleared, item.Held, item.Blocked}

// look judges one item by what its platform is to be told of it.
func (l *parting) look(target id.Item, reasons string) error {
	it, err := item.Get(l.tx, target)
	if err != nil {
		return err
	}
	confirmed, block, err := l.judge(it, reasons)
	if err != nil {
		return err
	}
	if block == nil {
		l.left++
		l.pressing = l.pressing || slices.Contains(pressingTiers, confirmed.Tier())
		return nil
	}
	if l.stopped == nil {
		l.stopped = block
	}
	if err := l.takeOut(it.ID, item.TakenOut{Rule: block.Rule, Reason: block.Reason, Remedy: block.Remedy}); err != nil || !slices.Contains(waiting, it.Stage) { // what left on another track stays where it is
		return err
	}
	stage := item.Blocked
	switch block.Rule {
	case refer.RuleHold: // this and the next are told by the clearance, and end by themselves
		stage = item.Held
	case refer.RuleAsking:
		stage = item.Confirmed
	default:
		if _, err := refer.SaveBlock(l.tx, l.who.Actor(), it.ID, *block); err != nil {
			return err
		}
	}
	_, err = item.Move(l.tx, l.who.Actor(), stage, waiting, it.ID)
	return err
}

// judge asks everything anew: whether two people still stand behind it, whether anybody has an
// interest in it, and all that the gate asks.
func (l *parting) judge(it item.Item, reasons string) (assess.Confirmed, *refer.Block, error) {
	confirmed, err := assess.TwoPeople(l.tx, it.ID)
	if problem.Is(err, problem.Refused) {
		return confirmed, &refer.Block{Rule: refer.RuleUnseen, Reason: problem.Message(err), Remedy: "have two people assess it"}, nil
	}
	if err != nil {
		return confirmed, nil, err
	}
	if _, err := askOne(l.tx, it, l.who.Actor()); err != nil { // an interest may have been declared since
		return confirmed, nil, err
	}
	facts, err := l.facts(it, reasons)
	return confirmed, refer.Preflight(facts), err
}

// verdict refuses what must not leave, or not now.
func (l *parting) verdict() error {
	if l.stopped != nil && l.left == 0 {
		return problem.New(problem.Refused, "the pre-flight stops all of it: %s; %s", l.stopped.Reason, l.stopped.Remedy)
	}
	if !l.read || l.pressing || l.left == 0 {
		return nil
	}
	hours, err := platform.ParseHours(l.to.Hours, l.to.TimeZone)
	if err != nil || hours.Open(l.tx.Now) {
		return err
	}
	block := refer.Preflight(refer.Facts{Captured: true, Seen: true, Platform: l.to.ID, Verified: true, Opens: hours.Say(hours.Next(l.tx.Now))})
	return problem.New(problem.Refused, "%s; %s", block.Reason, block.Remedy)
}

// sendOff moves the items of a batch that was approved, and hands it on.
func (f *Flow) sendOff(tx *sqldb.Tx, who auth.Principal, items []id.Item, batch deliver.New) error {
	if len(items) == 0 {
		return problem.New(problem.Refused, "all of its items were reversed; there is nothing to send")
	}
	if _, err := item.Move(tx, who.Actor(), item.Approved, waiting, items...); err != nil {
		return err
	}
	if err := refer.Unblock(tx, items...); err != nil {
		return err
	}
	return f.hand(tx, who, batch)
}

// identified are the items that are told of.
func identified[T any](told []T, of func(T) id.Item) []id.Item {
	ids := make([]id.Item, len(told))
	for i, t := range told {
		ids[i] = of(t)
	}
	return ids
}

// unreversed are those of a batch that were not reversed since it was drafted.
func unreversed[T any](tx *sqldb.Tx, told []T, of func(T) id.Item) (list []T, err error) {
	for _, t := range told {
		it, err := item.Get(tx, of(t))
		if err != nil {
			return nil, err
		}
		if it.Stage != item.Rejected {
			list = append(list, t)
		}
	}
	return list, nil
}
