package api_test

import (
	"os"
	"strings"
	"testing"

	"github.com/argine/argine/client"
)

// TestDesignations: two versions of a list through the API, and a file that breaks off.
func TestDesignations(t *testing.T) {
	w := newWorld(t)
	by := w.as("coordinator")
	take := func(in client.NewDesignations, name string, cut int) (client.DesignationImport, error) {
		text, err := os.ReadFile("../designation/testdata/" + name)
		w.must(err)
		return by.ImportDesignations(t.Context(), in, strings.NewReader(string(text[:len(text)-cut])))
	}
	got, err := take(client.NewDesignations{Source: "un"}, "un-1.xml", 0)
	if err != nil || got.Version.Entries != 3 || got.Failed != 1 || got.Errors[0].Line != 45 || got.Same {
		t.Fatalf("%v %+v", err, got)
	}
	if again, err := take(client.NewDesignations{Source: "un"}, "un-1.xml", 0); err != nil || !again.Same || again.Version.Number != 1 {
		t.Errorf("%v %+v", err, again)
	}
	if _, err := take(client.NewDesignations{Source: "un"}, "un-2.xml", 40); err == nil || !strings.Contains(err.Error(), "breaks off") && !strings.Contains(err.Error(), "not whole") {
		t.Errorf("a file that breaks off: %v", err)
	}
	if got, err = take(client.NewDesignations{Source: "un"}, "un-2.xml", 0); err != nil || got.Version.Delisted != 1 || got.Version.Added != 1 {
		t.Fatalf("%v %+v", err, got)
	}
	if got, err = take(client.NewDesignations{Source: "csv", Name: "National list of XA", Label: "2026/1"}, "national.csv", 0); err != nil || got.Version.Entries != 2 || got.Failed != 4 {
		t.Fatalf("%v %+v", err, got)
	}
	found, err := w.as("analyst").Designations(t.Context(), "جبهة المثال", "", 0)
	w.must(err)
	if len(found.Items) != 2 || !found.Items[0].Listed || found.Items[0].List == "" {
		t.Errorf("%+v", found.Items)
	}
	found, err = w.as("analyst").Designations(t.Context(), "brigade", "", 0)
	w.must(err)
	one, err := w.as("overseer").Designation(t.Context(), found.Items[0].ID)
	if err != nil || one.Listed || one.Last != 1 {
		t.Errorf("%v %+v", err, one)
	}
	lists, err := by.DesignationLists(t.Context())
	if err != nil || len(lists.Items) != 2 {
		t.Fatalf("%v %+v", err, lists)
	}
	for _, l := range lists.Items {
		if l.Source == "un" && (l.Current != 3 || len(l.Versions) != 3 || l.Versions[1].State != "abandoned" || l.Versions[0].State != "taken") {
			t.Errorf("%+v", l)
		}
	}
}

// TestAnAssessmentRestsOnAListedEntry, named by the publisher's reference; when the list goes on
// without it, the assessment shows it.
func TestAnAssessmentRestsOnAListedEntry(t *testing.T) {
	w := newWorld(t)
	take := func(name string) {
		file, err := os.Open("../designation/testdata/" + name)
		w.must(err)
		defer file.Close()
		in := client.NewDesignations{Source: "un"}
		if strings.HasSuffix(name, ".csv") {
			in = client.NewDesignations{Source: "csv", Name: "National list of XA"}
		}
		_, err = w.as("coordinator").ImportDesignations(t.Context(), in, file)
		w.must(err)
	}
	take("national.csv")
	take("un-1.xml")
	action := w.openAction("Example Action", "coordinator")
	items := w.contribute("analyst", action, "https://clips.example/v/1")
	w.ready(items...)
	in := terrorist(items...)
	a := &in.Assessments[0]
	a.Tier, a.Designation, a.Factors, a.Language = "designation", "XXe.999", []string{"listed_producer"}, "ru"
	if rows, err := w.as("analyst").Assess(t.Context(), in); err != nil || rows.Failed != 1 || !strings.Contains(rows.Rows[0].Error, "XXe.999") {
		t.Fatalf("an entry that no list has: %v %+v", err, rows)
	}
	a.Designation = "DATAID 9000003"
	if rows, err := w.as("analyst").Assess(t.Context(), in); err != nil || rows.Failed > 0 {
		t.Fatalf("%v %+v", err, rows)
	}
	read := func() client.Designation {
		d, err := w.as("analyst").Item(t.Context(), items[0].ID)
		w.must(err)
		if got := d.Assessments[0]; got.Designation == nil || got.Producer != "SAMPLE BRIGADE" || got.Language != "ru" || got.Ideology != "not_specified" || d.Item.Ideology != "" {
			t.Fatalf("%+v", got)
		}
		return *d.Assessments[0].Designation
	}
	before := read()
	if !before.Listed || before.Version != 1 || before.Label != "2026-03-01T23:00:06.496Z" || before.Dated == nil || len(before.SHA256) != 64 {
		t.Errorf("%+v", before)
	}
	take("un-2.xml")
	if after := read(); after.Listed || after.Version != 1 || after.SHA256 != before.SHA256 {
		t.Errorf("%+v", after)
	}
	w.byIdeology(action, w.contribute("analyst", action, "https://clips.example/v/2")[1])
}

// byIdeology: the entry of the national list has one, the second person another; the lists are
// narrowed by what both carry.
func (w *world) byIdeology(action string, it client.Item) {
	w.t.Helper()
	w.ready(it)
	for _, by := range []struct{ name, designation, ideology string }{{"analyst", "XA-1", ""}, {"reviewer", "", "right_wing"}} {
		in := terrorist(it)
		in.Assessments[0].Designation, in.Assessments[0].Ideology = by.designation, by.ideology
		if rows, err := w.as(by.name).Assess(w.t.Context(), in); err != nil || rows.Failed > 0 {
			w.t.Fatalf("%v %+v", err, rows)
		}
	}
	for ideology, want := range map[string]int{"right_wing": 1, "jihadist": 0} {
		page, err := w.as("analyst").Items(w.t.Context(), action, client.ItemFilter{Ideology: ideology})
		if err != nil || len(page.Items) != want || want == 1 && page.Items[0].Ideology != ideology {
			w.t.Errorf("%s: %+v, %v", ideology, page.Items, err)
		}
	}
}
