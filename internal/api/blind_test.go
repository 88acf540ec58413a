package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argine/argine/client"
)

const secret = "SECRETFINDING"

// telling is an assessment that would be recognised wherever it leaked.
func telling(it client.Item) client.NewAssessments {
	in := terrorist(it)
	a := &in.Assessments[0]
	a.Reasons, a.PurposeReasons, a.Producer = secret+"-reasons", secret+"-purpose", secret+"-producer"
	a.Tier, a.Behaviours, a.Factors, a.Confidence = "threat_to_life", []string{"finances"}, []string{"harm"}, 13
	return in
}

// leaks lists the answers that tell somebody what others found.
func (w *world) leaks(by, action, item string) (found []string) {
	w.t.Helper()
	for _, path := range []string{"/v1/items/" + item, "/v1/actions/" + action + "/worklist?step=1", "/v1/actions/" + action + "/worklist?step=2", "/v1/actions/" + action + "/worklist?step=3",
		"/v1/actions/" + action + "/items", "/v1/actions/" + action + "/status", "/v1/actions/" + action + "/report", "/v1/actions/" + action + "/report.html", "/v1/search?q=clips.example"} {
		got := w.call(asked{by: by, method: "GET", path: path})
		for _, word := range []string{secret, "threat_to_life", "finances", `"decision"`, `"confidence"`} {
			if strings.Contains(got.body, word) {
				found = append(found, path+": "+word)
			}
		}
	}
	return found
}

// TestTheSecondPersonOfABlindActionSeesNothing, by whatever way they ask; once they have
// decided, they do.
func TestTheSecondPersonOfABlindActionSeesNothing(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator", "Unit South")
	yes := true
	set, err := w.as("coordinator").SetAction(t.Context(), action, client.ActionChange{Blind: &yes})
	if err != nil || !set.Blind {
		t.Fatalf("%v %+v", err, set)
	}
	if _, err := w.as("southern coordinator").SetAction(t.Context(), action, client.ActionChange{Blind: new(bool)}); err == nil {
		t.Error("a unit that does not lead the action made it seeing")
	}
	items := w.contribute("analyst", action, "https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3")
	w.ready(items...)
	it := items[1]
	rows, err := w.as("analyst").Assess(t.Context(), telling(it))
	if err != nil || rows.Failed > 0 {
		t.Fatalf("%v %+v", err, rows)
	}
	w.narrowed("reviewer", "item.read", "action.read")
	for _, by := range []string{"reviewer", "coordinator", "southern coordinator", "narrowed"} {
		if found := w.leaks(by, action, it.ID); len(found) > 0 {
			t.Errorf("%s learns what the first person found: %v", by, found)
		}
	}
	if d, err := w.as("reviewer").Item(t.Context(), it.ID); err != nil || !d.Hidden || len(d.Assessments) != 0 {
		t.Errorf("%v, hidden %v, %d assessments", err, d.Hidden, len(d.Assessments))
	}
	if found := w.leaks("analyst", action, it.ID); len(found) == 0 {
		t.Error("who assessed it does not see the own assessment: the test looks at nothing")
	}
	if d, err := w.as("overseer").Item(t.Context(), it.ID); err != nil || d.Hidden || len(d.Assessments) != 1 {
		t.Errorf("the overseer, who decides nothing: %v, hidden %v", err, d.Hidden)
	}
	// The second does not agree; the third, too, sees nothing before the own decision.
	no := client.NewAssessments{Assessments: []client.NewAssessment{{ItemID: it.ID, Decision: "not_terrorist", Purpose: "journalism", PurposeReasons: "a report", Confidence: 70, Reasons: "reports"}}}
	if rows, err := w.as("reviewer").Assess(t.Context(), no); err != nil || rows.Failed > 0 {
		t.Fatalf("%v %+v", err, rows)
	}
	if d, err := w.as("reviewer").Item(t.Context(), it.ID); err != nil || d.Hidden || len(d.Assessments) != 2 || d.Item.Stage != "disputed" {
		t.Errorf("after the own decision: %v %+v", err, d)
	}
	if found := w.leaks("coordinator", action, it.ID); len(found) > 0 {
		t.Errorf("the third person learns what the others found: %v", found)
	}
	page, err := w.as("coordinator").Worklist(t.Context(), action, 3, 10)
	if err != nil || len(page.Items) != 1 || page.Items[0].Item.ID != it.ID || page.Items[0].Assessments != nil {
		t.Errorf("the third person's worklist: %v %+v", err, page.Items)
	}
	if rows, err := w.as("coordinator").Assess(t.Context(), terrorist(it)); err != nil || rows.Failed > 0 {
		t.Fatalf("%v %+v", err, rows)
	}
	if d, err := w.as("southern coordinator").Item(t.Context(), it.ID); err != nil || d.Hidden || len(d.Assessments) != 3 || d.Item.Stage != "confirmed" {
		t.Errorf("decided: %v, %s, hidden %v, %d assessments", err, d.Item.Stage, d.Hidden, len(d.Assessments))
	}
}

// narrowed makes a token of somebody with fewer rights.
func (w *world) narrowed(name string, scopes ...string) {
	w.t.Helper()
	made := w.call(asked{by: "admin", method: "POST", path: "/v1/tokens", body: fmt.Sprintf(`{"user_id":%q,"name":"narrowed","scopes":["%s"]}`, w.people[name].User, strings.Join(scopes, `","`))})
	w.secrets["narrowed"] = between(made.body, `"secret":"`, `"`)
}

// TestAThirdPersonReadsBoth, in an action that is not blind, and the most pressing come first.
func TestAThirdPersonReadsBoth(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator", "Unit South")
	items := w.contribute("analyst", action, "https://clips.example/v/1", "https://clips.example/v/2")
	w.ready(items...)
	calm := terrorist(items[0])
	calm.Assessments[0].Tier = "promotional"
	for _, in := range []client.NewAssessments{calm, telling(items[1])} {
		if rows, err := w.as("analyst").Assess(t.Context(), in); err != nil || rows.Failed > 0 {
			t.Fatalf("%v %+v", err, rows)
		}
	}
	page, err := w.as("reviewer").Worklist(t.Context(), action, 2, 10)
	if err != nil || len(page.Items) != 2 || page.Items[0].Item.ID != items[1].ID || page.Items[0].Assessments != nil {
		t.Fatalf("the most pressing is not first, or is shown: %v %+v", err, page.Items)
	}
	no := client.NewAssessments{Assessments: []client.NewAssessment{{ItemID: items[1].ID, Decision: "not_terrorist", Purpose: "journalism", PurposeReasons: "a report", Confidence: 70, Reasons: "reports"}}}
	if rows, err := w.as("reviewer").Assess(t.Context(), no); err != nil || rows.Failed > 0 {
		t.Fatalf("%v %+v", err, rows)
	}
	page, err = w.as("coordinator").Worklist(t.Context(), action, 3, 10)
	if err != nil || len(page.Items) != 1 || len(page.Items[0].Assessments) != 2 || page.Items[0].Assessments[0].Producer != secret+"-producer" {
		t.Fatalf("%v %+v", err, page.Items)
	}
	for name, want := range map[string]string{"analyst": "forbidden", "reviewer": "refused"} { // an analyst gives no later assessment; the reviewer gave one
		if rows, err := w.as(name).Assess(t.Context(), terrorist(items[1])); err != nil || rows.Failed != 1 || rows.Rows[0].Reason != want {
			t.Errorf("%s: %v %+v", name, err, rows)
		}
	}
	if rows, err := w.as("coordinator").Assess(t.Context(), no); err != nil || rows.Failed > 0 {
		t.Fatalf("%v %+v", err, rows)
	}
	if d, err := w.as("analyst").Item(t.Context(), items[1].ID); err != nil || d.Item.Stage != "rejected" || d.Assessments[2].Step != 3 {
		t.Errorf("%v %+v", err, d.Item)
	}
}
