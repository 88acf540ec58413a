package redress

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/report"
	"github.com/argine/argine/internal/sqldb"
)

// Precision is how often what was handed over held. Of is the unit, platform, language, limb,
// designation or ideology that it is the precision of.
//
// An item counts once in each group, on whatever tracks it went out. It was wrong when the
// decision on it was reversed afterwards, on a complaint or without one. What the platform
// refused is counted beside it and is not called wrong: the platform judges by its own terms.
type Precision struct {
	Of        string
	Delivered int     // items that reached the platform, each decided by two people: the denominator
	Heard     int     // of these: people looked at the decision anew, on a complaint or without one
	Reversed  int     // of heard
	Share     float64 // not reversed, of delivered
	Low, High float64 // its 95 per cent interval (Wilson)
	Answered  int     // of delivered: the platform said what it did or why not
	Refused   int     // of answered
	Small     bool    // so few were delivered that the share says little
}

// Precisions are those of one way of grouping, most items first.
type Precisions struct {
	By   string // one of groupings
	List []Precision
}

// groupings are all ways of grouping. By ideology is how it is seen whether one cause is looked
// at more strictly than another; nothing is decided by it.
var groupings = []string{"all", "unit", "platform", "language", "limb", "designation", "ideology"}

// Span is the time in which items were handed over; the zero value is all time.
type Span struct{ From, To time.Time }

// sqlHandedOver has a row for each item and track on which it reached the platform. Reversed
// is what two people had confirmed and is rejected now.
const sqlHandedOver = `SELECT x.item_id, x.unit_id, x.platform_id, i.language, CASE WHEN x.limbs = '' THEN COALESCE((SELECT a.limbs FROM assessment a WHERE a.item_id = x.item_id AND a.step = 1), '') ELSE x.limbs END,
	COALESCE((SELECT a.designation FROM assessment a WHERE a.item_id = x.item_id AND a.designation <> '' ORDER BY a.step LIMIT 1), ''), i.ideology, i.stage, i.answer, d.delivered_at,
	EXISTS (SELECT 1 FROM complaint c WHERE c.item_id = x.item_id AND c.state = 'decided') FROM (
		SELECT ri.item_id, r.unit_id, r.platform_id, ri.limbs, r.id AS subject_id, 'referral' AS kind FROM referral_item ri JOIN referral r ON r.id = ri.referral_id
		UNION ALL SELECT ni.item_id, n.unit_id, n.platform_id, ni.limbs, n.id, n.track FROM notice_item ni JOIN notice n ON n.id = ni.notice_id
		UNION ALL SELECT o.item_id, o.unit_id, o.platform_id, '', o.id, 'order' FROM removal_order o WHERE o.origin = 'own' AND o.item_id <> ''
	) x JOIN delivery d ON d.subject_id = x.subject_id AND d.kind = x.kind AND d.state = 'delivered'
	JOIN item i ON i.id = x.item_id
	WHERE ($1 = '' OR x.unit_id = $1) ORDER BY d.delivered_at, x.item_id`

// handed is one item as it was first handed over.
type handed struct {
	item     id.Item
	unit     id.Unit
	platform id.Platform
	language string
	limbs    string
	listed   string // designation.Frozen as JSON; empty where nobody is listed
	ideology string
	stage    string
	answer   string
	at       time.Time
	heard    bool // a complaint about it was decided
}

// Precise computes the precision of one unit, or of all for "".
func Precise(tx *sqldb.Tx, unit id.Unit, in Span) ([]Precisions, error) {
	seen := map[id.Item]bool{}
	groups := map[string]map[string]*Precision{}
	for _, by := range groupings {
		groups[by] = map[string]*Precision{}
	}
	err := tx.Each(sqlHandedOver, []any{unit}, func(scan sqldb.Scanner) error {
		var h handed
		if err := scan(&h.item, &h.unit, &h.platform, &h.language, &h.limbs, &h.listed, &h.ideology, &h.stage, &h.answer, sqldb.Into(&h.at), &h.heard); err != nil {
			return err
		}
		if seen[h.item] || !in.From.IsZero() && h.at.Before(in.From) || !in.To.IsZero() && !h.at.Before(in.To) {
			return nil
		}
		seen[h.item] = true
		return h.count(groups)
	})
	if err != nil {
		return nil, err
	}
	var out []Precisions
	for _, by := range groupings {
		out = append(out, Precisions{By: by, List: ordered(groups[by])})
	}
	return out, nil
}

func (h handed) count(groups map[string]map[string]*Precision) error {
	add := func(by, of string) {
		p := groups[by][of]
		if p == nil {
			p = &Precision{Of: of}
			groups[by][of] = p
		}
		p.Delivered++
		if h.stage == "rejected" {
			p.Reversed++
		}
		if h.stage == "rejected" || h.heard {
			p.Heard++
		}
		switch h.answer {
		case "removed", "disabled":
			p.Answered++
		case "refused", "impossible":
			p.Answered++
			p.Refused++
		}
	}
	add("all", "")
	add("unit", string(h.unit))
	add("platform", string(h.platform))
	add("language", h.language)
	add("ideology", cmp.Or(h.ideology, law.NoIdeology))
	for _, limb := range strings.Fields(h.limbs) {
		add("limb", limb)
	}
	regime, err := h.regime()
	add("designation", regime)
	return err
}

// regime is the list of designations that the people who assessed the item found its producer
// on; "" is on none.
func (h handed) regime() (string, error) {
	if h.listed == "" {
		return "", nil
	}
	var frozen designation.Frozen
	if err := json.Unmarshal([]byte(h.listed), &frozen); err != nil {
		return "", err
	}
	return frozen.ListName, nil
}

func ordered(groups map[string]*Precision) (list []Precision) {
	for _, p := range groups {
		n := float64(p.Delivered)
		p.Share = float64(p.Delivered-p.Reversed) / n
		p.Low, p.High = report.Wilson(p.Share, n)
		p.Small = p.Delivered < report.SmallBase
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Precision) int {
		if a.Delivered != b.Delivered {
			return b.Delivered - a.Delivered
		}
		return strings.Compare(a.Of, b.Of)
	})
	return list
}
