package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
)

// TestPagesWalkAllItemsOnce follows the cursors of a list, with and without a filter.
func TestPagesWalkAllItemsOnce(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator")
	var links []string
	for i := range 57 {
		host := []string{"clips.example", "boards.example", "elsewhere.example"}[i%3]
		links = append(links, fmt.Sprintf("https://%s/v/%d", host, i))
	}
	w.contribute("analyst", action, links...)
	for _, c := range []struct {
		filter client.ItemFilter
		want   int
	}{{client.ItemFilter{}, 57}, {client.ItemFilter{Stage: "contributed"}, 57}, {client.ItemFilter{Platform: string(w.clips)}, 19},
		{client.ItemFilter{Query: "https://boards.example/v/"}, 19}, {client.ItemFilter{Stage: "ready"}, 0}} {
		for _, limit := range []int{5, 19, 57, 500} {
			c.filter.Limit, c.filter.Cursor = limit, ""
			var seen []string
			for pages := 0; ; pages++ {
				page, err := w.as("analyst").Items(t.Context(), action, c.filter)
				w.must(err)
				if len(page.Items) > limit || pages > 60 {
					t.Fatalf("%+v: a page of %d items, the %dth", c.filter, len(page.Items), pages+1)
				}
				for _, it := range page.Items {
					seen = append(seen, it.ID)
				}
				if c.filter.Cursor = page.Next; page.Next == "" {
					break
				}
			}
			slices.Sort(seen)
			if len(seen) != c.want || len(slices.Compact(seen)) != c.want {
				t.Errorf("%+v in pages of %d: %d items, want %d", c.filter, limit, len(seen), c.want)
			}
		}
	}
}

// TestBulkCallsAnswerForEachRow: a bad row does not hold up the others.
func TestBulkCallsAnswerForEachRow(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator")
	items := w.contribute("analyst", action, "https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3")
	w.ready(items...)
	in := terrorist(items...)
	in.Assessments[1].Limbs = nil // terrorist content needs a limb of Article 2(7)
	in.Assessments = append(in.Assessments, terrorist(client.Item{ID: "itm_nothing"}).Assessments[0], in.Assessments[0])
	rows, err := w.as("analyst").Assess(t.Context(), in)
	w.must(err)
	checkRows(t, rows, "", "invalid", "", "not-found", "forbidden") // the last: an analyst gives no second assessment

	rows, err = w.as("coordinator").ProtectHosts(t.Context(), client.ProtectedHosts{Hosts: []client.ProtectedHost{
		{Host: "paper.example", Reason: "news"}, {Host: "not a host", Reason: "news"}, {Host: "books.example", Reason: "library"}}})
	w.must(err)
	checkRows(t, rows, "", "invalid", "")

	at := time.Now()
	rows, err = w.as("coordinator").AddExistingOrders(t.Context(), client.ExistingOrders{Orders: []client.ExistingOrder{
		{URL: "https://clips.example/v/9", Reference: "O-1", Authority: "Sample Court", IssuedAt: at}, {URL: "no link", Reference: "O-2", Authority: "Sample Court", IssuedAt: at}}})
	w.must(err)
	checkRows(t, rows, "", "invalid")
}

func checkRows(t *testing.T, got client.Rows, reasons ...string) {
	t.Helper()
	if len(got.Rows) != len(reasons) {
		t.Fatalf("%d rows, want %d", len(got.Rows), len(reasons))
	}
	failed := 0
	for i, row := range got.Rows {
		if row.Line != i+1 || row.Reason != reasons[i] || (row.Error == "") != (reasons[i] == "") || (reasons[i] == "" && row.ID == "") {
			t.Errorf("row %d: %+v, want %q", i+1, row, reasons[i])
		}
		if reasons[i] != "" {
			failed++
		}
	}
	if got.Failed != failed || got.Done != len(reasons)-failed {
		t.Errorf("%d done, %d failed", got.Done, got.Failed)
	}
}

// TestFilesAnswerForEachBadLine, of links and of fingerprints.
func TestFilesAnswerForEachBadLine(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator")
	got, err := w.as("analyst").Contribute(t.Context(), action, "application/jsonl", []byte(`{"url":"https://clips.example/1"}
{"url":
{"url":"https://clips.example/1?utm_source=x","note":"again"}
`))
	if err != nil || got.Lines != 3 || got.Taken != 2 || got.NewItems != 1 || got.Duplicates != 1 || got.Failed != 1 || got.Errors[0].Line != 2 || got.Errors[0].Reason == "" {
		t.Errorf("%v %+v", err, got)
	}
	_, err = w.as("coordinator").AddBank(t.Context(), client.NewBank{Name: "SAMPLE_BANK", Radius: 31})
	w.must(err)
	entries := "kind,value,label\nsha256," + strings.Repeat("ab", 32) + ",one\nsha256,short,two\nmd5," + strings.Repeat("cd", 16) + ",three\n"
	for again := range 2 {
		got, err := w.as("coordinator").ImportEntries(t.Context(), "SAMPLE_BANK", "text/csv", []byte(entries))
		if err != nil || got.Lines != 3 || got.Added != 2-2*again || got.Repeated != 2*again || len(got.Errors) != 1 || got.Errors[0].Line != 3 {
			t.Errorf("the file for the %d. time: %v %+v", again+1, err, got)
		}
	}
}
