package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/argine/argine/client"
)

// TestAUnitSeesWhatAnActionSharesWithIt asks for everything of an action as a unit that takes
// no part in it, as one that does, and as the overseer.
func TestAUnitSeesWhatAnActionSharesWithIt(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator", "Unit South")
	items := w.contribute("analyst", action, "https://clips.example/v/1")
	sum := w.ready(items...)
	w.cleared(items...)
	made, err := w.as("coordinator").Draft(t.Context(), action)
	w.must(err)
	referral := made.Referrals[0].ID
	for _, path := range []string{
		"/v1/actions/" + action, "/v1/actions/" + action + "/status", "/v1/actions/" + action + "/report", "/v1/actions/" + action + "/report.html",
		"/v1/actions/" + action + "/items", "/v1/actions/" + action + "/worklist", "/v1/actions/" + action + "/referrals", "/v1/actions/" + action + "/deliveries",
		"/v1/items/" + items[0].ID, "/v1/media/" + sum, "/v1/referrals/" + referral,
	} {
		for name, want := range map[string]int{"western coordinator": 404, "southern coordinator": 200, "overseer": 200, "coordinator": 200} {
			if name == "overseer" && strings.HasSuffix(path, "worklist") {
				want = http.StatusForbidden
			}
			if got := w.call(asked{by: name, method: "GET", path: path}); got.status != want {
				t.Errorf("%s by %s: %d, want %d: %.200s", path, name, got.status, want, got.body)
			}
		}
	}
	for _, a := range []asked{
		{path: "/v1/actions/" + action + "/contributions", kind: "text/plain", body: "https://clips.example/v/2"},
		{path: "/v1/actions/" + action + "/referrals", body: "{}"},
		{path: "/v1/referrals/" + referral + "/approval", body: "{}"},
	} {
		a.by, a.method = "western coordinator", "POST"
		if got := w.call(a); got.status != 404 {
			t.Errorf("%s by who takes no part: %d %s", a.path, got.status, got.body)
		}
	}
	rows, err := w.as("western coordinator").Assess(t.Context(), terrorist(items...))
	if err != nil || rows.Failed != 1 || rows.Rows[0].Reason != "not-found" {
		t.Errorf("assessed by who takes no part: %v %+v", err, rows)
	}
}

func TestListsAndSearchLeaveOutWhatIsNotShared(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator")
	items := w.contribute("analyst", action, "https://clips.example/v/1")
	sum := w.ready(items...)
	for name, want := range map[string]int{"analyst": 1, "western coordinator": 0, "overseer": 1} {
		list, err := w.as(name).Actions(t.Context())
		w.must(err)
		if len(list.Items) != want {
			t.Errorf("%s sees %d actions", name, len(list.Items))
		}
		for _, query := range []string{"hxxps://clips[.]example/v/1", "https://clips.example/v/1?utm_source=x", sum, items[0].ID} {
			found, err := w.as(name).Search(t.Context(), query)
			w.must(err)
			if len(found.Items) != want {
				t.Errorf("%s finds %d items by %q, want %d", name, len(found.Items), query, want)
			}
		}
	}
	people, err := w.as("analyst").Users(t.Context())
	w.must(err)
	for _, u := range people.Items {
		if u.UnitID != string(w.units["Unit North"]) {
			t.Errorf("an analyst sees %s of another unit", u.Name)
		}
	}
}

// TestOneActionTellsNothingOfAnother: an item that stands in two actions shows to each what
// is of that action, and not who handed it in elsewhere, nor the other's referral.
func TestOneActionTellsNothingOfAnother(t *testing.T) {
	w := newWorld(t)
	const link = "https://clips.example/v/1"
	north := w.openAction("Northern", "coordinator")
	items := w.contribute("analyst", north, link)
	west := w.openAction("Western", "western coordinator")
	w.contribute("western coordinator", west, link)
	w.ready(items...)
	w.cleared(items...)
	_, err := w.as("coordinator").Draft(t.Context(), north)
	w.must(err)
	for name, own := range map[string]string{"analyst": north, "western coordinator": west} {
		d, err := w.as(name).Item(t.Context(), items[0].ID)
		w.must(err)
		if len(d.Contributions) != 1 || d.Contributions[0].ActionID != own {
			t.Errorf("%s sees the contributions %+v", name, d.Contributions)
		}
		if (d.Referral != nil) != (own == north) {
			t.Errorf("%s sees the referral %+v", name, d.Referral)
		}
		for _, e := range d.History {
			if e.Verb == "item.contributed" && !strings.Contains(string(e.Detail), own) {
				t.Errorf("%s sees the event %+v", name, e)
			}
		}
	}
	all, err := w.as("overseer").Item(t.Context(), items[0].ID)
	if err != nil || len(all.Contributions) != 2 || all.Referral == nil {
		t.Errorf("the overseer sees %+v, %v", all.Contributions, err)
	}
}

// TestAContactSeesWhatWasSentToThePlatform: a draft is seen by nobody outside, an approved
// referral by its platform's contact alone, and no contact sees an action.
func TestAContactSeesWhatWasSentToThePlatform(t *testing.T) {
	w := newWorld(t)
	referral := w.drafted("https://clips.example/v/1", "https://clips.example/v/2")
	see := func(name string) int {
		return w.call(asked{by: name, method: "GET", path: "/v1/referrals/" + referral}).status
	}
	if got := see("contact"); got != 404 {
		t.Errorf("a draft: %d", got)
	}
	sent, err := w.as("reviewer").Approve(t.Context(), referral)
	w.must(err)
	if a, b := see("contact"), see("other contact"); a != 200 || b != 404 {
		t.Errorf("its contact %d, another platform's %d", a, b)
	}
	for _, list := range []string{"referrals", "deliveries"} {
		if got := w.call(asked{by: "contact", method: "GET", path: "/v1/actions/" + sent.ActionID + "/" + list}); got.status != 404 {
			t.Errorf("the action's %s: %d %s", list, got.status, got.body)
		}
	}
	answer := client.NewAnswers{Answers: []client.NewAnswer{{ItemID: sent.Items[0].ItemID, Kind: "removed"}, {ItemID: "itm_nothing", Kind: "removed"}, {ItemID: sent.Items[1].ItemID, Kind: "refused"}}}
	rows, err := w.as("other contact").Answer(t.Context(), referral, answer)
	if err != nil || rows.Failed != 3 || rows.Rows[0].Reason != "not-found" {
		t.Errorf("another platform's contact answers: %v %+v", err, rows)
	}
	rows, err = w.as("contact").Answer(t.Context(), referral, answer)
	if err != nil || rows.Done != 1 || rows.Rows[0].Error != "" || rows.Rows[1].Error == "" || rows.Rows[2].Reason != "invalid" {
		t.Errorf("its contact answers: %v %+v", err, rows)
	}
}
