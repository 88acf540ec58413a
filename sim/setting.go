package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/argine/argine/client"
)

// Interest is a unit's standing interest.
type Interest struct {
	Unit int
	client.NewInterest
}

// Person is somebody who works in a unit of the world.
type Person struct {
	Unit        int
	Name, Email string
	Roles       []string
}

// Units are the units that take part. The first leads.
func (w *World) Units() []client.NewUnit {
	return []client.NewUnit{
		{Name: "Referral Unit Brussels", Country: "BE", Kind: "authority"},
		{Name: "Referral Unit Athens", Country: "GR", Kind: "authority"},
		{Name: "Referral Unit Warsaw", Country: "PL", Kind: "authority"},
		{Name: "Referral Unit Lisbon", Country: "PT", Kind: "authority"},
		{Name: "Referral Unit Washington", Country: "US", Kind: "authority"},
	}
}

// People are an analyst and a reviewer of each unit, and of the first unit also a
// coordinator, who drafts; a reviewer approves.
func (w *World) People() []Person {
	var out []Person
	cities := []string{"brussels", "athens", "warsaw", "lisbon", "washington"}
	for unit, city := range cities {
		out = append(out,
			Person{unit, "Analyst of " + city, "analyst@" + city + ".unit.example", []string{"analyst"}},
			Person{unit, "Reviewer of " + city, "reviewer@" + city + ".unit.example", []string{"reviewer"}})
	}
	return append(out, Person{0, "Coordinator", "coordinator@brussels.unit.example", []string{"coordinator"}})
}

// ProtectedHosts are hosts whose items need a second justification.
func (w *World) ProtectedHosts() client.ProtectedHosts {
	out := client.ProtectedHosts{Hosts: []client.ProtectedHost{{Host: "sample-gazette.example", Reason: "news"}, {Host: "town-archive.example", Reason: "archive"}}}
	for _, p := range w.platforms {
		if p.protected {
			out.Hosts = append(out.Hosts, client.ProtectedHost{Host: p.Host, Reason: "library"})
		}
	}
	return out
}

// ExistingOrders are removal orders that authorities issued before the action: on the
// planted items, and on some links that nobody hands in.
func (w *World) ExistingOrders() client.ExistingOrders {
	var out client.ExistingOrders
	add := func(link string) {
		n := len(out.Orders)
		out.Orders = append(out.Orders, client.ExistingOrder{URL: link, Reference: fmt.Sprintf("RO-%04d", 100+n),
			Authority: "Competent authority of " + []string{"AT", "DE", "FR"}[n%3], IssuedAt: w.cfg.Start.Add(-time.Duration(20+n) * 24 * time.Hour)})
	}
	for i := range w.items {
		if w.items[i].fate == fateOrder {
			add(w.items[i].url)
		}
	}
	for i := range 5 {
		add(fmt.Sprintf("https://%s/old/%d", w.platforms[i].Host, i))
	}
	return out
}

// Interests are the standing interests of the units. They end long after the action.
func (w *World) Interests() []Interest { return w.interests }

func (w *World) settleInterests() {
	add := func(unit int, kind, value string) {
		w.interests = append(w.interests, Interest{unit, client.NewInterest{Kind: kind, Value: value,
			Contact: "duty desk of " + w.Units()[unit].Name, ExpiresAt: w.cfg.Start.Add(90 * 24 * time.Hour)}})
	}
	for i := range w.items {
		if it := &w.items[i]; it.fate == fateHeldLink {
			add(w.owner(i), "url_prefix", strings.TrimSuffix(it.url, w.lastPart(it)))
		}
	}
	for f := range w.families {
		if owner := w.families[f].owner; owner > 0 {
			add(owner-1, "sha256", w.media.sha256(medium{family: f}))
		}
	}
}

// lastPart is what comes after the account in a link.
func (w *World) lastPart(it *item) string {
	_, rest, _ := strings.Cut(it.url, it.account)
	switch w.platforms[it.platform].style.name {
	case "blog":
		_, rest, _ = strings.Cut(rest, "/")
	default:
		rest = strings.TrimPrefix(rest, "/")
	}
	return rest
}

// owner is the unit that has an interest in an item, or -1.
func (w *World) owner(i int) int {
	switch it := &w.items[i]; it.fate {
	case fateHeldLink:
		return i % unitCount
	case fateHeldMedia:
		for _, m := range it.media {
			if owner := w.families[m.family].owner; owner > 0 {
				return owner - 1
			}
		}
	}
	return -1
}
