package transparency

import (
	"cmp"
	"maps"
	"slices"

	"github.com/argine/argine/internal/id"
)

// Words of the templates of Implementing Regulation (EU) 2024/2835, Annex I, and of its list of
// categories: terrorist content is Category 10d, a part of Category 10.
const (
	categoryTotal     = "TOTAL"
	categoryRisk      = "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"
	categoryTerrorist = "KEYWORD_TERRORIST_CONTENT"
)

// handed are the batches of a track that their platform received in the span.
func (s *sheet) handed(track string, when func(*Handed) bool) (list []*Handed) {
	for _, key := range slices.Sorted(maps.Keys(s.facts.Handed)) {
		if h := s.facts.Handed[key]; h.Track == track && s.asked.Span.has(h.ReceivedAt) && (when == nil || when(h)) {
			list = append(list, h)
		}
	}
	return list
}

func items(list []*Handed) (n int) {
	for _, h := range list {
		n += h.Items
	}
	return n
}

func platformsOf(list []*Handed, n names) (all []id.Platform) {
	seen := map[id.Platform]bool{}
	for _, h := range list {
		if !seen[h.Platform] {
			seen[h.Platform] = true
			all = append(all, h.Platform)
		}
	}
	slices.SortFunc(all, func(a, b id.Platform) int {
		return cmp.Or(cmp.Compare(n.platforms[a], n.platforms[b]), cmp.Compare(a, b))
	})
	return all
}

func to(list []*Handed, p id.Platform) (some []*Handed) {
	for _, h := range list {
		if h.Platform == p {
			some = append(some, h)
		}
	}
	return some
}

// acted are the hours from receipt to what was done about each item.
func acted(list []*Handed) (took []float64) {
	for _, h := range list {
		for _, item := range slices.Sorted(maps.Keys(h.Answers)) {
			if a := h.Answers[item]; did(a.Kind) {
				took = append(took, max(0, a.At.Sub(h.ReceivedAt).Hours()))
			}
		}
	}
	return took
}

func did(kind string) bool { return kind == "removed" || kind == "disabled" || kind == "restricted" }

func confirmed(list []*Handed) (took []float64) {
	for _, h := range list {
		if !h.ConfirmedAt.IsZero() {
			took = append(took, max(0, h.ConfirmedAt.Sub(h.ReceivedAt).Hours()))
		}
	}
	return took
}

const sideways = " Counted by the sender; the hosting service may count otherwise."

// dsa fills what the sender knows of the tables 1.2.1 and 1.3 of the quantitative template,
// a set of rows for each hosting service: for comparing with what that service publishes.
func dsa(s *sheet) {
	s.title("Orders and notices in the tables of the harmonised templates", "Implementing Regulation (EU) 2024/2835, Annex I, 1.2.1 and 1.3")
	span := s.asked.Span.From.Format("2006-01-02") + "/" + s.asked.Span.To.AddDate(0, 0, -1).Format("2006-01-02")
	orders := s.handed(ActOrder, nil)
	var rows [][]string
	for _, p := range platformsOf(orders, s.names) {
		byState := map[string][]*Handed{"TOTAL": to(orders, p)}
		for _, h := range to(orders, p) {
			state := s.names.countries[h.Unit]
			byState[state] = append(byState[state], h)
		}
		for _, scope := range slices.SortedFunc(maps.Keys(byState), totalFirst) {
			for _, category := range []string{categoryTotal, categoryRisk, categoryTerrorist} {
				list := byState[scope]
				rows = append(rows, []string{"All", s.names.platforms[p], span, category, "", scope, number(len(list)), number(items(list)), hours(confirmed(list)), hours(acted(list))})
			}
		}
	}
	s.table("1.2.1", "Member State orders to act against illegal content", "Orders under Article 9 of Regulation (EU) 2022/2065 by the day on which the platform had them; an order is one however many items it names. Items are exact electronic locations. Medians are in hours from that receipt. Removal orders under Regulation (EU) 2021/784 are not in it; they are reported under its Articles 8 and 21."+sideways,
		[]string{"Applicability", "Service", "Reporting period", "Category of illegal content", "Description of the sub-category \"Other\"", "Scope", "Number of orders to act against illegal content received",
			"Number of specific items of information included in the total number of orders to act against illegal content", "Median time to inform the authority of the receipt of the order to act against illegal content",
			"Median time to give effect to the order to act against illegal content"}, rows)
	s.notices(span)
	s.note("The templates are for providers of intermediary services; an authority or trusted flagger has no duty to publish them. These rows are what its side of the same orders and notices comes to.")
	s.note("The names of columns and their order were read in the text of the Implementing Regulation as enacted. The Commission's own CSV and XLSX files, to which its Annex I refers, could not be obtained here: whether they write the categories by these words, which are those of the Commission's database of statements of reasons, was not verified.")
}

func totalFirst(a, b string) int {
	return cmp.Or(cmp.Compare(boolToInt(b == "TOTAL"), boolToInt(a == "TOTAL")), cmp.Compare(a, b))
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func trusted(h *Handed) bool { return h.TrustedFlagger }

func (s *sheet) notices(span string) {
	all := s.handed(Notice, nil)
	var rows [][]string
	for _, p := range platformsOf(all, s.names) {
		list := to(all, p)
		flagged := slices.DeleteFunc(slices.Clone(list), func(h *Handed) bool { return !trusted(h) })
		for _, category := range []string{categoryTotal, categoryRisk, categoryTerrorist} {
			rows = append(rows, []string{"Only for providers of hosting services, including online platforms", s.names.platforms[p], span, category, "",
				number(len(list)), number(len(flagged)), number(items(list)), number(items(flagged)), hours(acted(list)), hours(acted(flagged)), "", "", "", ""})
		}
	}
	s.table("1.3", "Notices submitted in accordance with Article 16", "Notices by the day on which the platform had them; every notice counts once, also about the same item. Items are exact electronic locations. Medians are in hours from that receipt to removal, disabling or restriction, item by item. Whether a platform acted on the law or on its terms it does not have to tell us: these columns stay empty."+sideways,
		[]string{"Applicability", "Service", "Reporting period", "Category of illegal content", "Description of the sub-category \"Other\"", "Number of notices received", "Number of notices received from Trusted flaggers",
			"Number of specific items of information included in the total number of notices", "Number of specific items of information included in the total number of notices by Trusted Flaggers (Trusted Flagger notices)",
			"Median time to take action", "Median time to take action (Trusted Flagger notices)", "Number of actions taken on the basis of the law", "Number of actions taken on the basis of the law (Trusted Flagger notices)",
			"Number of actions taken on the basis of the terms and conditions of the service", "Number of actions taken on the basis of the terms and conditions of the service (Trusted Flagger notices)"}, rows)
}

// trustedFlagger is the yearly report of Article 22(3): notices by provider, by type of content,
// by action taken.
func trustedFlagger(s *sheet) {
	s.title("Report of a trusted flagger", "Article 22(3) of Regulation (EU) 2022/2065")
	list := s.handed(Notice, trusted)
	s.count("notices", "Notices", "22(3)", len(list), "Notices of Article 16 marked as a trusted flagger's, by the day on which the platform had them.")
	s.count("items", "Items in them", "22(3)", items(list), "Exact electronic locations; one in two notices counts twice.")
	s.measure("action_median", "Time to action, median", "22(3)", "hours", acted(list), median, "Hours from the receipt of the notice to removal, disabling or restriction of an item, of items with either.")
	var rows [][]string
	for _, p := range platformsOf(list, s.names) {
		some := to(list, p)
		rows = append(rows, append([]string{s.names.platforms[p], number(len(some)), number(items(some))}, actions(some)...))
	}
	columns := append([]string{"Provider of hosting services", "Notices", "Items"}, append(slices.Clone(actionKinds), "not answered")...)
	s.table("providers", "By provider, and by the action taken on each item", "The newest that the provider said of each item counts.", columns, rows)
	s.crossed(list)
	limbs := map[string]int{}
	for _, h := range list {
		for limb, n := range h.Limbs {
			limbs[limb] += n
		}
	}
	rows = nil
	for _, limb := range slices.Sorted(maps.Keys(limbs)) {
		rows = append(rows, []string{categoryTerrorist, limbName(limb), number(limbs[limb])})
	}
	s.table("types", "By type of allegedly illegal content", "Items by the limbs that two people agreed on. An item under several counts under each, so the column is not to be added up.", []string{"Type", "Limb", "Items"}, rows)
	s.note("Article 22(3) also asks for an explanation of the procedures that keep the trusted flagger independent of providers; it is words, and nobody's to compute. The report holds no personal data.")
}

func limbName(limb string) string {
	return "Article 2(7)(" + limb + ") of Regulation (EU) 2021/784"
}

// crossed is the table that the three ways of Article 22(3) make together: a row for each provider
// and type, and in it the items by action.
func (s *sheet) crossed(list []*Handed) {
	var rows [][]string
	for _, p := range platformsOf(list, s.names) {
		items, actions := map[string]int{}, map[[2]string]int{}
		for _, h := range to(list, p) {
			for item, limbs := range h.Types {
				for _, limb := range limbs {
					items[limb]++
					actions[[2]string{limb, h.Answers[item].Kind}]++ // "" while there is no answer
				}
			}
		}
		for _, limb := range slices.Sorted(maps.Keys(items)) {
			row := []string{s.names.platforms[p], categoryTerrorist, limbName(limb), number(items[limb])}
			for _, kind := range append(slices.Clone(actionKinds), "") {
				row = append(row, number(actions[[2]string{limb, kind}]))
			}
			rows = append(rows, row)
		}
	}
	s.table("providers_types", "By provider, type of allegedly illegal content, and action taken", "Items by the limbs that two people agreed on, and by the newest that the provider said of each. The actions of a row add up to its items. An item under several limbs counts in the row of each, and one in two notices in each, so rows of a provider are not to be added up.",
		append([]string{"Provider of hosting services", "Type", "Limb", "Items"}, append(slices.Clone(actionKinds), "not answered")...), rows)
}

// actionKinds are what a provider can say that it did.
var actionKinds = []string{"removed", "disabled", "restricted", "refused", "none"}

// actions are the items by what their platform said last.
func actions(list []*Handed) (cells []string) {
	counts := map[string]int{}
	answered := 0
	for _, h := range list {
		for _, a := range h.Answers {
			counts[a.Kind]++
			answered++
		}
	}
	for _, kind := range actionKinds {
		cells = append(cells, number(counts[kind]))
	}
	return append(cells, number(items(list)-answered))
}
