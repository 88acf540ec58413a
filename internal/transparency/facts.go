// Package transparency computes what authorities, member states and trusted flaggers have to
// publish: the data of Articles 8 and 21 of Regulation (EU) 2021/784, the report of Article
// 22(3) of Regulation (EU) 2022/2065, the tables of the templates of Implementing Regulation
// (EU) 2024/2835 as far as the sender of orders and notices can fill them, and an export for
// everybody by host name.
//
// Each is a pure function over Facts, which are read in two ways: from the tables of the stages
// (Load), and from the audit log alone (FromLog). Both give the same facts, so that an outsider
// who has verified the log can recompute every figure; a test holds them to it. Nothing here
// owns a table, and no report names a person or a link.
//
// Referrals, removal orders, notices and orders to act are never added up. Every figure carries
// the rule by which it is counted.
package transparency

import (
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
)

// The tracks of what was handed over in batches.
const (
	Referral = "referral"
	Notice   = "notice"    // Article 16
	ActOrder = "act_order" // Article 9
)

// Span is the time that a report is about: from its first moment to the first after it.
type Span struct{ From, To time.Time }

// Year is a calendar year.
func Year(year int) Span {
	from := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	return Span{from, from.AddDate(1, 0, 0)}
}

func (s Span) has(at time.Time) bool { return !at.Before(s.From) && at.Before(s.To) }

// Facts are what happened, without anything that figures do not need.
type Facts struct {
	Handed     map[string]*Handed // referrals and notices that were approved, by identifier
	Orders     map[string]*Order  // removal orders and copies that were issued, by identifier
	Complaints map[string]*Complaint
	Exposures  []Exposure
}

func noFacts() *Facts {
	return &Facts{Handed: map[string]*Handed{}, Orders: map[string]*Order{}, Complaints: map[string]*Complaint{}}
}

// Handed is a batch that went out on one track.
type Handed struct {
	Track          string
	Platform       id.Platform
	Unit           id.Unit
	TrustedFlagger bool
	Items          int
	Hosts          map[string]int       // items by host name
	Limbs          map[string]int       // items by limb of Article 2(7); one can fall under several
	Types          map[id.Item][]string // limbs of each item, of notices
	ApprovedAt     time.Time
	ReceivedAt     time.Time // when the platform had it; the first receipt counts
	ConfirmedAt    time.Time
	Answers        map[id.Item]Answer // the newest about each item
}

// Answer is what a platform said of an item.
type Answer struct {
	Kind string
	At   time.Time // when it acted by its own word, else when we learned of it
}

// Order is a removal order with its case.
type Order struct {
	Copy     bool // another authority's, here for scrutiny
	Platform id.Platform
	Unit     id.Unit
	Host     string
	Limbs    []string
	Events   []Event // in their order
}

// Event is what happened in the case of an order.
type Event struct {
	Kind        law.Kind
	At          time.Time
	CrossBorder bool
}

// at gives the moment of the first event of a kind; zero where there is none.
func (o *Order) at(kind law.Kind) time.Time {
	for _, e := range o.Events {
		if e.Kind == kind {
			return e.At
		}
	}
	return time.Time{}
}

func (o *Order) happened(kind law.Kind) bool { return !o.at(kind).IsZero() }

func (o *Order) crossBorder() bool {
	for _, e := range o.Events {
		if e.Kind == law.Issued {
			return e.CrossBorder
		}
	}
	return false
}

// Complaint is one that was heard.
type Complaint struct {
	Platform    id.Platform
	Unit        id.Unit // whose decision it was about
	Complainant string
	ReceivedAt  time.Time
	Outcome     string
	DecidedAt   time.Time
}

// Exposure is a decision of Article 5(4) or (7).
type Exposure struct {
	Platform id.Platform
	Decision string
	At       time.Time
}

// Of narrows facts to one unit; "" is all of them. Decisions on exposure are about a platform
// and no unit's.
func (f *Facts) Of(unit id.Unit) *Facts {
	if unit == "" {
		return f
	}
	out := noFacts()
	out.Exposures = f.Exposures
	for k, h := range f.Handed {
		if h.Unit == unit {
			out.Handed[k] = h
		}
	}
	for k, o := range f.Orders {
		if o.Unit == unit {
			out.Orders[k] = o
		}
	}
	for k, c := range f.Complaints {
		if c.Unit == unit {
			out.Complaints[k] = c
		}
	}
	return out
}
