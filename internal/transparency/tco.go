package transparency

import (
	"cmp"
	"maps"
	"slices"

	"github.com/argine/argine/internal/law"
)

const notKept = "This is not recorded here; fill it in from where it is."

// issued are our own orders that were issued in the span, in the order of their identifiers.
func (s *sheet) issued() (list []*Order) {
	for _, key := range slices.Sorted(maps.Keys(s.facts.Orders)) {
		if o := s.facts.Orders[key]; !o.Copy && s.asked.Span.has(o.at(law.Issued)) {
			list = append(list, o)
		}
	}
	return list
}

// copies are other authorities' orders of which the copy came in the span.
func (s *sheet) copies() (list []*Order) {
	for _, key := range slices.Sorted(maps.Keys(s.facts.Orders)) {
		if o := s.facts.Orders[key]; o.Copy && s.asked.Span.has(o.at(law.CopyReceived)) {
			list = append(list, o)
		}
	}
	return list
}

func counted(list []*Order, when func(*Order) bool) (n int) {
	for _, o := range list {
		if when(o) {
			n++
		}
	}
	return n
}

func had(kind law.Kind) func(*Order) bool { return func(o *Order) bool { return o.happened(kind) } }

func scrutinised(o *Order) bool { return o.happened(law.Scrutinised) || o.happened(law.Infringing) }

// article8 is the data of a competent authority's yearly report.
func article8(s *sheet) {
	s.title("Transparency data of a competent authority", "Article 8 of Regulation (EU) 2021/784")
	s.implementation("8(1)(a)")
	copies := s.copies()
	s.count("copies_received", "Copies of other authorities' orders received", "8(1)(a)", len(copies), "Copies under Article 4(1) that came in the year, whenever the order was issued.")
	s.count("copies_scrutinised", "of these, scrutinised", "8(1)(a)", counted(copies, scrutinised), "Of these copies, those with a decision under Article 4(3) or (4), whenever it was taken.")
	s.count("copies_infringing", "of these, found to infringe", "8(1)(a)", counted(copies, had(law.Infringing)), "Of these copies, those found to infringe the Regulation or the Charter seriously or manifestly; the order is then without effect, Article 4(6).")
	exposed, revoked := 0, 0
	for _, e := range s.facts.Exposures {
		if s.asked.Span.has(e.At) && e.Decision == "exposed" {
			exposed++
		} else if s.asked.Span.has(e.At) {
			revoked++
		}
	}
	s.count("exposed", "Decisions that a hosting service is exposed", "8(1)(b)", exposed, "Decisions under Article 5(4) that were taken in the year, each once, of all units.")
	s.count("exposure_revoked", "Decisions that end this", "8(1)(b)", revoked, "Decisions under Article 5(7) that were taken in the year, each once, of all units.")
	s.unknown("measures", "Specific measures, and decisions on them under Article 5(6)", "8(1)(b)", notKept)
	s.review("8(1)(c)")
	s.unknown("penalties", "Decisions imposing penalties", "8(1)(d)", notKept)
	s.note("Article 8(2): leave out what would prejudice ongoing activities to prevent, detect, investigate or prosecute terrorist offences, or interests of national security.")
	s.byPlatform()
}

// implementation is what orders came to.
func (s *sheet) implementation(article string) {
	list := s.issued()
	executed := func(o *Order) bool { return o.happened(law.Executed) }
	void := func(o *Order) bool {
		return o.happened(law.Withdrawn) || o.happened(law.Infringing) || o.happened(law.AppealWon)
	}
	s.count("orders", "Removal orders issued", article, len(list), "Orders under Article 3 that a second person approved in the year. One order is about one subject; an order that corrects another is counted beside it.")
	s.count("cross_border", "of these, to hosting services in another member state", article, counted(list, (*Order).crossBorder), "Of these, those under Article 4(1): main establishment or legal representative in another member state.")
	s.count("scrutinised", "of these, scrutinised there", article, counted(list, scrutinised), "Of the orders issued, those on which the home authority told us of a decision under Article 4.")
	s.count("executed", "Content removed or access disabled", article, counted(list, executed), "Of the orders issued, those of which the hosting service said so (Annex II), whenever it did. One order, one item.")
	s.count("not_executed", "Not removed", article, counted(list, func(o *Order) bool { return !executed(o) && !void(o) }), "Of the orders issued, those that still have effect and of which no Annex II came until the report was computed.")
	s.count("impossible", "Impossible, at least for a time", article, counted(list, had(law.Impossible)), "Of the orders issued, those with an Annex III under Article 3(7), also if they were executed later.")
	s.count("unclear", "Manifest errors or too little information", article, counted(list, had(law.Unclear)), "Of the orders issued, those with an Annex III under Article 3(8), also if they were executed later.")
	s.count("void", "Without effect", article, counted(list, void), "Of the orders issued, those that were withdrawn, annulled or found to infringe, also after execution.")
}

// review is what proceedings came to.
func (s *sheet) review(article string) {
	list := s.issued()
	s.count("appealed", "Orders under review proceedings", article, counted(list, had(law.Appealed)), "Of the orders issued in the year, those challenged under Article 9, each once however often.")
	s.count("appeals_lost", "of these, confirmed", article, counted(list, had(law.AppealLost)), "Of these, those with a decision that confirms the order.")
	s.count("appeals_won", "of these, annulled", article, counted(list, had(law.AppealWon)), "Of these, those with a decision that annuls the order.")
	s.count("final", "Orders that became final", article, counted(list, had(law.Final)), "Of the orders issued in the year, those against which no appeal is possible any more, Article 3(9).")
}

func (s *sheet) byPlatform() {
	type row struct{ orders, crossBorder, executed, impossible, void int }
	rows := map[string]*row{}
	for _, o := range s.issued() {
		name := s.names.platforms[o.Platform]
		if rows[name] == nil {
			rows[name] = &row{}
		}
		r := rows[name]
		r.orders++
		for _, c := range []struct {
			is bool
			n  *int
		}{{o.crossBorder(), &r.crossBorder}, {o.happened(law.Executed), &r.executed}, {o.happened(law.Impossible) || o.happened(law.Unclear), &r.impossible},
			{o.happened(law.Withdrawn) || o.happened(law.Infringing) || o.happened(law.AppealWon), &r.void}} {
			if c.is {
				*c.n++
			}
		}
	}
	var out [][]string
	for _, name := range slices.SortedFunc(maps.Keys(rows), func(a, b string) int { return cmp.Or(rows[b].orders-rows[a].orders, cmp.Compare(a, b)) }) {
		r := rows[name]
		out = append(out, []string{name, number(r.orders), number(r.crossBorder), number(r.executed), number(r.impossible), number(r.void)})
	}
	s.table("platforms", "By hosting service", "The orders issued in the year, by the same rules as the figures above.",
		[]string{"Hosting service", "Orders", "Cross-border", "Removed or disabled", "Annex III", "Without effect"}, out)
}

// article21 is the data that member states send to the Commission every year.
func article21(s *sheet) {
	s.title("Monitoring data for the Commission", "Article 21(1) of Regulation (EU) 2021/784")
	s.implementation("21(1)(a)")
	var took []float64
	within := 0
	for _, o := range s.issued() {
		received, executed := o.at(law.Received), o.at(law.Executed)
		if received.IsZero() || executed.IsZero() {
			continue
		}
		m := minutes(executed.Sub(received))
		took = append(took, m)
		if m <= 60 {
			within++
		}
	}
	const speed = "Minutes from the receipt of the order to the removal or disabling that Annex II names, of orders issued in the year with both. Time in which Annex III held the hour up is in it."
	s.measure("speed_median", "Speed of removal, median", "21(1)(a)", "minutes", took, median, speed+" Of an even number, the mean of the two in the middle.")
	s.measure("speed_p90", "Speed of removal, 90th percentile", "21(1)(a)", "minutes", took, ninetieth, speed+" By the nearest rank.")
	s.count("within_hour", "Removed or disabled within an hour of receipt", "21(1)(a)", within, "Of the same orders, those with at most 60 minutes.")
	s.unknown("measures", "Specific measures, items removed by them and their speed", "21(1)(b)", notKept+" Hosting services report it under Article 5(5).")
	s.unknown("access", "Requests for access to preserved content", "21(1)(c)", notKept+" Hosting services preserve it, Article 6.")
	s.unknown("host_complaints", "Complaint procedures of hosting services and what they did", "21(1)(d)", notKept+" Hosting services report it under Article 7(3).")
	s.complaints("21(1)(d)")
	s.review("21(1)(e)")
}

// complaints are those that were heard here.
func (s *sheet) complaints(article string) {
	filed, decided, upheld, reversed := 0, 0, 0, 0
	var took []float64
	for _, key := range slices.Sorted(maps.Keys(s.facts.Complaints)) {
		c := s.facts.Complaints[key]
		if s.asked.Span.has(c.ReceivedAt) {
			filed++
		}
		if !s.asked.Span.has(c.DecidedAt) {
			continue
		}
		decided++
		took = append(took, c.DecidedAt.Sub(c.ReceivedAt).Hours())
		if c.Outcome == "reversed" {
			reversed++
		} else {
			upheld++
		}
	}
	s.count("complaints", "Complaints to the authority", article, filed, "Complaints of content providers and platforms about referrals, orders and notices that were received in the year.")
	s.count("complaints_decided", "Complaints decided", article, decided, "Complaints that were decided in the year, whenever they were received.")
	s.count("complaints_upheld", "of these, the decision stands", article, upheld, "Of those decided in the year.")
	s.count("complaints_reversed", "of these, the decision fell", article, reversed, "Of those decided in the year. Its platform was asked to reinstate.")
	s.measure("complaints_median", "Time to a decision, median", article, "hours", took, median, "Hours from receipt to decision, of those decided in the year.")
}
