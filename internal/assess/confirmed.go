package assess

import (
	"slices"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Confirmed is proof that two different people found an item to be terrorist content.
// Only TwoPeople makes one; the zero value proves nothing, and its Item is empty.
type Confirmed struct {
	item    id.Item
	limbs   []string
	reasons string
	both    [2]Assessment
}

// Item is the item that was confirmed.
func (c Confirmed) Item() id.Item { return c.item }

// Limbs are the letters of Article 2(7) that both people named, or, where they named
// different ones, all of them.
func (c Confirmed) Limbs() []string { return slices.Clone(c.limbs) }

// Reasons are the first person's, and below them the second's where they differ.
func (c Confirmed) Reasons() string { return c.reasons }

// Assessments are the two that agree, the earlier one first.
func (c Confirmed) Assessments() [2]Assessment { return c.both }

// Tier is the more pressing one of the two, "" when neither named one.
func (c Confirmed) Tier() string {
	for _, t := range law.TCO().Tiers { // the most pressing first
		if c.both[0].Tier == t.Name || c.both[1].Tier == t.Name {
			return t.Name
		}
	}
	return ""
}

// Ideology is what both people named; see Ideology.
func (c Confirmed) Ideology() string { return ideology(c.both[:]) }

// Ideology is what the people named whose decision holds: the two who agree that an item is, or
// is not, terrorist content. It is empty while there are no such two.
//
// It is counted only as far as two people carry it. Where one of them named an ideology and the
// other none, that one stands; where both named one and not the same, neither does, and the item
// is counted as not specified. Which of them came first makes no difference, and a third
// person is not asked: nothing that is done about the item depends on it.
func Ideology(tx *sqldb.Tx, item id.Item) (string, error) {
	list, err := Of(tx, item)
	decision := map[Outcome]string{OutcomeConfirmed: Terrorist, OutcomeRejected: NotTerrorist}[settle(list)]
	if err != nil || decision == "" {
		return "", err
	}
	return ideology(slices.DeleteFunc(list, func(a Assessment) bool { return a.Decision != decision })), nil
}

func ideology(list []Assessment) string {
	found := law.NoIdeology
	for _, a := range list {
		switch {
		case a.Ideology == law.NoIdeology || a.Ideology == found:
		case found == law.NoIdeology:
			found = a.Ideology
		default:
			return law.NoIdeology
		}
	}
	return found
}

// TwoPeople proves from the recorded assessments that two people confirmed the item: the first
// two, or one of them and the third who decided between them.
func TwoPeople(tx *sqldb.Tx, item id.Item) (Confirmed, error) {
	list, err := Of(tx, item)
	if err != nil {
		return Confirmed{}, err
	}
	list = slices.DeleteFunc(list, func(a Assessment) bool { return a.Decision != Terrorist })
	if settle(list) != OutcomeConfirmed {
		return Confirmed{}, problem.New(problem.Refused, "item %s has not been confirmed by two people; it needs two assessments that both find terrorist content", item)
	}
	first, second := list[0], list[1]
	if first.User == second.User {
		return Confirmed{}, problem.New(problem.Tampered, "both assessments of item %s are by one person; verify the audit log", item)
	}
	return Confirmed{item: item, limbs: agreed(first.Limbs, second.Limbs), reasons: joined(first.Reasons, second.Reasons), both: [2]Assessment{first, second}}, nil
}

func agreed(first, second []string) []string {
	both := slices.DeleteFunc(slices.Clone(first), func(l string) bool { return !slices.Contains(second, l) })
	if len(both) > 0 {
		return both
	}
	all := slices.Concat(first, second)
	slices.Sort(all)
	return slices.Compact(all)
}

func joined(first, second string) string {
	if first == second {
		return first
	}
	return first + "\n\n" + second
}
