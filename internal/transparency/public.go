package transparency

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/argine/argine/internal/law"
)

// public is for everybody: how many items on which host names, track by track. It leads
// nowhere: no link, no path, no reference.
func public(s *sheet) {
	s.title("What was referred, given notice of and ordered removed, by host name", "Transparency beyond what the law asks for")
	counts := map[[2]string]int{}
	total := map[string]int{}
	add := func(host, track string, n int) {
		counts[[2]string{host, track}] += n
		total[track] += n
	}
	for _, track := range []string{Referral, Notice, ActOrder} {
		for _, h := range s.handed(track, nil) {
			for host, n := range h.Hosts {
				add(host, track, n)
			}
		}
	}
	for _, o := range s.issued() {
		if !o.at(law.Received).IsZero() {
			add(o.Host, "order", 1)
		}
	}
	const rule = "Exact electronic locations that their platform was told of, by the day on which it had the referral or notice, or on which the order was issued. A location that went out on two tracks counts once on each; the tracks are not to be added up."
	for _, t := range []struct{ track, name string }{{Referral, "Items referred"}, {"order", "Items ordered removed"}, {Notice, "Items given notice of (Article 16)"}, {ActOrder, "Items ordered to be acted against (Article 9)"}} {
		s.count("items_"+t.track, t.name, "", total[t.track], rule)
	}
	rows, hidden := s.hosts(counts)
	if hidden > 0 {
		s.note(fmt.Sprintf("%d rows with fewer than %d items are left out, so that nobody's own page is pointed at. Where that would have left out one row of a track alone, the next larger is left out with it: the sum would give it away.", hidden, s.asked.Suppress))
	}
	s.table("hosts", "By host name", rule, []string{"Host name", "Track", "Items"}, rows)
}

// hosts are the rows of the table without those that are too small to be told.
func (s *sheet) hosts(counts map[[2]string]int) (rows [][]string, hidden int) {
	byTrack := map[string][][2]string{}
	for key := range counts {
		byTrack[key[1]] = append(byTrack[key[1]], key)
	}
	for _, track := range slices.Sorted(maps.Keys(byTrack)) {
		keys := byTrack[track]
		slices.SortFunc(keys, func(a, b [2]string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a[0], b[0])) })
		shown := len(keys)
		for shown > 0 && counts[keys[shown-1]] < s.asked.Suppress {
			shown--
		}
		if len(keys)-shown == 1 && shown > 0 {
			shown--
		}
		hidden += len(keys) - shown
		for _, key := range keys[:shown] {
			rows = append(rows, []string{key[0], track, number(counts[key])})
		}
	}
	return rows, hidden
}
