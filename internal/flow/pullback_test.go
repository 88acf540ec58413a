package flow_test

import (
	"testing"
	"time"

	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
)

// TestAReversalPullsOutOfDrafts, on every track; a draft in which nothing is left is withdrawn, the
// rest leaves without the item, and the figures know nothing of it.
func TestAReversalPullsOutOfDrafts(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2")
		draft := w.drafted(items...)
		alone, both := w.noticed(notice.Article16, items[0]), w.noticed(notice.Article9, items...)
		_, err := w.flow.Reverse(t.Context(), w.people["southern coordinator"], items[0], "it is a news report")
		if problem.Is(err, problem.Forbidden) {
			_, err = w.flow.Reverse(t.Context(), w.people["second reviewer"], items[0], "it is a news report")
		}
		w.must(err)
		if w.told(draft) != 1 || len(w.toldIn(alone)) != 0 || len(w.toldIn(both)) != 1 {
			t.Errorf("the referral holds %d, the notice %d, the order of Article 9 %d", w.told(draft), len(w.toldIn(alone)), len(w.toldIn(both)))
		}
		for _, verb := range []string{"refer.taken_out", "notice.taken_out"} {
			if out := w.takenOut(verb)[items[0]]; out.Rule != refer.RuleReversed || out.Reason == "" {
				t.Errorf("%s: %+v", verb, out)
			}
		}
		if err := w.approveNotice(alone); !problem.Is(err, problem.Conflict) {
			t.Errorf("an empty notice is approved: %v", err)
		}
		w.must(w.approve(draft))
		w.must(w.approveNotice(both))
		if w.stage(items[0]) != item.Rejected || w.stage(items[1]) != item.Approved {
			t.Errorf("the items are %s and %s", w.stage(items[0]), w.stage(items[1]))
		}
		w.sameFigures()
	})
}
