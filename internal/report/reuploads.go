package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/report/chart"
	"github.com/argine/argine/internal/sqldb"
)

// An item may carry again what several earlier ones had. The nearest in time is the one
// that tells the lag; rows come with it first.
const sqlReuploads = `SELECT ru.item_id, ru.earlier_id, COALESCE(p.name, ''), COALESCE(q.name, ''), ru.distance, ru.sha256 = ru.earlier_sha256, ru.gone_at, ru.at
	FROM action_item ai JOIN reupload ru ON ru.item_id = ai.item_id
	LEFT JOIN item e ON e.id = ru.earlier_id
	LEFT JOIN platform p ON p.id = ai.platform_id
	LEFT JOIN platform q ON q.id = e.platform_id
	WHERE ai.action_id = $1 ORDER BY ru.item_id, ru.gone_at DESC, ru.earlier_id`

// again is an item that carries what was gone.
type again struct {
	item, earlier, on, before string // before: the platform of the earlier one
	distance                  int
	same                      bool // byte for byte
	lag                       time.Duration
}

func (s *summary) reuploads(tx *sqldb.Tx) (section, error) {
	var list []again
	err := tx.Each(sqlReuploads, []any{s.action.id}, func(scan sqldb.Scanner) error {
		var a again
		var gone, at time.Time
		err := scan(&a.item, &a.earlier, &a.on, &a.before, &a.distance, &a.same, sqldb.Into(&gone), sqldb.Into(&at))
		a.lag = max(0, at.Sub(gone))
		if len(list) == 0 || list[len(list)-1].item != a.item {
			list = append(list, a)
		}
		return err
	})
	out := section{ID: "reuploads", Title: "Re-uploads"}
	if len(list) == 0 {
		out.Says = []sentence{say("No item carries again what had been seen gone.")}
		return out, err
	}
	here, same := 0, 0
	var lags []float64
	for _, a := range list {
		if a.on == a.before {
			here++
		}
		if a.same {
			same++
		}
		lags = append(lags, a.lag.Minutes())
	}
	out.Says = []sentence{say(fmt.Sprintf("%s again a medium of an earlier item that had been seen gone: *%s* on the same platform, *%s* on another; %s byte for byte, %s altered. Half were found within *%s* of the first look that saw the earlier one gone.",
		stressed(carries(len(list))), number(here), number(len(list)-here), number(same), number(len(list)-same), minutes(median(lags))))}
	out.Figures = []figure{lagBars(list)}
	out.Tables = []table{moves(list).fold(), nearest(list).fold()}
	return out, err
}

// lagBars shows how long after.
func lagBars(list []again) figure {
	bounds := []struct {
		hours float64
		name  string
	}{{1, "up to 1 h"}, {6, "1 to 6 h"}, {24, "6 to 24 h"}, {48, "1 to 2 d"}, {168, "2 to 7 d"}, {1e9, "later"}}
	counts := make([]int, len(bounds))
	for _, a := range list {
		i := slices.IndexFunc(bounds, func(b struct {
			hours float64
			name  string
		}) bool {
			return a.lag.Hours() <= b.hours
		})
		counts[i]++
	}
	var bars []chart.Bar
	twin := table{Columns: append(texts("After"), figures("Items", "Share of re-uploads")...)}
	for i, b := range bounds {
		bars = append(bars, chart.Bar{Label: b.name, Value: counts[i], Text: number(counts[i]), Series: 3})
		twin.Rows = append(twin.Rows, []string{b.name, number(counts[i]), percent(counts[i], len(list))})
	}
	return draw("reupload-lag", "Re-uploads by the time since the earlier item was seen gone", "One bar for each span of time.", twin,
		func(f chart.Frame) template.HTML { return chart.Bars(f, 0, bars) })
}

// moves shows from where to where.
func moves(list []again) table {
	type way struct{ from, to string }
	lags := map[way][]float64{}
	for _, a := range list {
		w := way{platformName(a.before), platformName(a.on)}
		lags[w] = append(lags[w], a.lag.Minutes())
	}
	ways := []way{}
	for w := range lags {
		ways = append(ways, w)
	}
	slices.SortFunc(ways, func(a, b way) int {
		if d := len(lags[b]) - len(lags[a]); d != 0 {
			return d
		}
		return strings.Compare(a.from+"\x00"+a.to, b.from+"\x00"+b.to)
	})
	t := table{Caption: "From where to where", Columns: append(texts("Gone from", "Again on"), figures("Items", "Median lag")...)}
	for _, w := range ways {
		t.add(w.from, w.to, number(len(lags[w])), minutes(median(lags[w])))
	}
	return t.done("")
}

// nearest lists the quickest by their identifiers.
func nearest(list []again) table {
	quick := slices.Clone(list)
	slices.SortStableFunc(quick, func(a, b again) int { return int(a.lag.Milliseconds() - b.lag.Milliseconds()) })
	t := table{Caption: "The quickest", Columns: append(texts("Item", "Earlier item", "Again on", "How alike"), figures("Lag")...)}
	for _, a := range quick[:min(25, len(quick))] {
		alike := fmt.Sprintf("%d of 256 bits differ", a.distance)
		if a.same {
			alike = "the same file"
		}
		t.add(a.item, a.earlier, platformName(a.on), alike, minutes(a.lag.Minutes()))
	}
	if n := len(quick) - len(t.Rows); n > 0 {
		t.Note = number(n) + " slower ones are left out here."
	}
	return t
}
