package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"golang.org/x/net/html"

	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/sqldb"
)

// filledIn gives what a form of the page would send as it stands.
func (v *visitor) filledIn(path, selector string) url.Values {
	v.t.Helper()
	post := url.Values{}
	form := one(v.t, v.page(path), selector)
	for _, n := range all(form, "[name]") {
		name, _ := attr(n, "name")
		kind, _ := attr(n, "type")
		value, _ := attr(n, "value")
		if _, checked := attr(n, "checked"); (kind == "checkbox" || kind == "radio") && !checked || n.Data == "button" {
			continue
		}
		if n.Data == "textarea" {
			value = textOf(n)
		}
		post.Add(name, value)
	}
	return post
}

// TestAPlatformAnswersAnOrder: the form comes filled in with what is known, says beside the
// field what is wrong, keeps what was typed, and Annex II stops the hour.
func TestAPlatformAnswersAnOrder(t *testing.T) {
	w := sqliteWorld(t)
	v := w.visit("Finn")
	path := "/inbox/orders/" + string(w.orders["runs"])
	page := v.page("/inbox")
	if left := textOf(one(t, page, ".hour-left")); !strings.HasPrefix(left, "00:5") && left != "01:00:00" {
		t.Errorf("the inbox shows %q of the hour", left)
	}
	post := v.filledIn(path, "form#answer-annex-2")
	for key, want := range map[string]string{"c.email": "finn@desk.test", "a.authority_file": "", "c.member_state": "IE", "a.received_at": "2026-01-12T"} {
		if got := post.Get(key); got == "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s is filled in with %q", key, got)
		}
	}
	status, _, body := v.post(path+"/answers", post)
	refused := parsed(t, body)
	if status != http.StatusUnprocessableEntity || len(all(refused, "[aria-invalid=true]")) != 1 || !strings.Contains(textOf(one(t, refused, ".wrong")), "missing") {
		t.Fatalf("without the measure: %d, %d fields marked", status, len(all(refused, "[aria-invalid=true]")))
	}
	if href, _ := attr(all(one(t, refused, "[role=alert]"), "a")[0], "href"); len(all(refused, href)) != 1 {
		t.Errorf("the fault leads to %q, which is not there", href)
	}
	post.Set("b.measure", "disabled")
	post.Set("c.authorised_person", "Finn Contact "+hostile)
	if status, _, body := v.post(path+"/answers", post); status != http.StatusSeeOther {
		t.Fatalf("sent: %d %s", status, textOf(one(t, parsed(t, body), "main")))
	}
	if got := textOf(one(t, v.page(path), ".hour-box")); !strings.Contains(got, "met") {
		t.Errorf("the hour is %q", got)
	}
	w.view(func(tx *sqldb.Tx) error {
		answers, err := order.Answers(tx, w.orders["runs"])
		if err == nil && (len(answers) != 1 || answers[0].Form != "annex-2" || answers[0].Channel != "portal" || answers[0].Filled["b.measure"] != "disabled") {
			t.Errorf("%+v", answers)
		}
		return err
	})
}

// TestAPlatformCannot: Annex III stops the hour; when the grounds cease it begins anew.
func TestAPlatformCannot(t *testing.T) {
	w := sqliteWorld(t)
	v := w.visit("Finn")
	path := "/inbox/orders/" + string(w.orders["runs"])
	post := v.filledIn(path, "form#answer-annex-3")
	post.Set("b.grounds", "impossible")
	post.Set("b.reasons", "The data centre has no power.")
	if status, _, body := v.post(path+"/answers", post); status != http.StatusSeeOther {
		t.Fatalf("Annex III: %d %s", status, textOf(one(t, parsed(t, body), "main")))
	}
	if got := textOf(one(t, v.page(path), ".hour-box")); !strings.Contains(got, "stands still") {
		t.Errorf("the hour is %q", got)
	}
	if status, _, _ := v.post(path+"/ceased", url.Values{"reasons": {"The power is back."}}); status != http.StatusSeeOther {
		t.Errorf("the grounds cease: %d", status)
	}
	if len(all(v.page(path), ".hour-large[data-until]")) != 1 {
		t.Error("the hour does not run anew")
	}
}

// What waits for a platform that looks has been received when its list was shown to a contact.
func TestLookingIsReceiving(t *testing.T) {
	w := sqliteWorld(t)
	var d id.Delivery
	if err := w.db.Update(t.Context(), func(tx *sqldb.Tx) (err error) {
		p := w.people["Finn"].Platform
		d, err = deliver.Create(tx, audit.System, deliver.New{Subject: string(p), Kind: deliver.Information, Platform: p, Transport: deliver.Portal})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	delivery := func() (got deliver.Delivery) {
		w.view(func(tx *sqldb.Tx) (err error) { got, err = deliver.Get(tx, d); return err })
		return got
	}
	for name := range w.people {
		if name != "Finn" {
			w.visit(name).get("/inbox")
		}
	}
	if got := delivery(); got.State != deliver.Due {
		t.Fatalf("before: %+v", got)
	}
	w.visit("Finn").page("/inbox")
	if got := delivery(); got.State != deliver.Delivered || got.DeliveredAt.IsZero() || !strings.Contains(got.Receipt, string(w.people["Finn"].User)) {
		t.Errorf("after: %+v", got)
	}
}

// TestAPlatformAnswersForAllOrSome items of a referral and of a notice.
func TestAPlatformAnswersForAllOrSome(t *testing.T) {
	w := sqliteWorld(t)
	v := w.visit("Finn")
	target := "/notices/" + string(w.notices[1])
	if status, _, body := v.post(target+"/answers", url.Values{"decision": {"removed"}}); status != http.StatusUnprocessableEntity || !strings.Contains(textOf(parsed(t, body)), "tick the items") {
		t.Errorf("for no item: %d", status)
	}
	if status, _, _ := v.post(target+"/answers", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("a confirmation of receipt: %d", status)
	}
	if status, _, _ := v.post(target+"/answers", url.Values{"decision": {"refused"}, "all": {"yes"}, "reason": {"Within our terms."}, "redress": {"Write to us."}, "automated": {"yes"}}); status != http.StatusSeeOther {
		t.Errorf("for all: %d", status)
	}
	items := all(v.page(target), "input[name=item]")
	first, _ := attr(items[0], "value")
	if status, _, _ := v.post(target+"/answers", url.Values{"decision": {"removed"}, "item": {first}}); status != http.StatusSeeOther {
		t.Errorf("for one: %d", status)
	}
	w.view(func(tx *sqldb.Tx) error {
		kept, err := notice.Items(tx, w.notices[1])
		n, _ := notice.Get(tx, w.notices[1])
		for _, it := range kept {
			if want := map[bool]string{true: "removed", false: "refused"}[string(it.Item) == first]; it.Kind != want {
				t.Errorf("%s is %s, want %s", it.Item, it.Kind, want)
			}
		}
		if n.ConfirmedAt.IsZero() {
			t.Error("receipt is not confirmed")
		}
		return err
	})
	w.answersReferral(v)
}

func (w *world) answersReferral(v *visitor) {
	w.t.Helper()
	path := ""
	for _, a := range all(v.page("/inbox"), "a") {
		if href, _ := attr(a, "href"); strings.HasPrefix(href, "/referrals/") {
			path = href
		}
	}
	if status, _, body := v.post(path+"/answers", url.Values{"kind": {"refused"}, "all": {"yes"}}); status != http.StatusUnprocessableEntity {
		w.t.Errorf("a refusal without a reason: %d %s", status, textOf(parsed(w.t, body)))
	}
	if status, _, _ := v.post(path+"/answers", url.Values{"kind": {"removed"}, "all": {"yes"}, "acted_at": {"2026-01-12T15:00:00"}}); status != http.StatusSeeOther {
		w.t.Errorf("all removed: %d", status)
	}
}

// TestAComplaintOnThePages: who took part is told so instead of the form; others decide.
func TestAComplaintOnThePages(t *testing.T) {
	w := sqliteWorld(t)
	path := "/complaints/" + string(w.complaint)
	for name, why := range map[string]string{"Cleo": "You filed this complaint", "Dora": "You took part in the case"} {
		if page := w.visit(name).page(path); !strings.Contains(textOf(page), why) || len(all(page, "input[name=decision]")) != 0 {
			t.Errorf("%s may decide on the complaint, or is not told why not", name)
		}
	}
	if status, _, _ := w.visit("Cleo").post(path+"/reassessments", url.Values{"decision": {"not_terrorist"}, "reasons": {"x"}}); status == http.StatusSeeOther {
		t.Error("who assessed the item has decided on the complaint")
	}
	v := w.visit("Finn")
	if status, _, _ := v.get(path); status != http.StatusNotFound {
		t.Errorf("the platform sees a content provider's complaint: %d", status)
	}
	status, h, body := v.post("/complaints", url.Values{"order": {string(w.orders["runs"])}, "reasons": {"It is a news report."}, "contact": {"legal@clips.example"}})
	if status != http.StatusSeeOther {
		t.Fatalf("the platform complains: %d %s", status, textOf(parsed(t, body)))
	}
	if got := textOf(one(t, v.page(h.Get("Location")), "main")); !strings.Contains(got, "It is a news report.") {
		t.Errorf("%s", got)
	}
	if page := v.page("/inbox"); len(all(page, "#complaints")) != 1 {
		t.Error("the inbox does not show the complaint")
	}
}

func (w *world) view(do func(*sqldb.Tx) error) {
	w.t.Helper()
	if err := w.db.View(context.Background(), do); err != nil {
		w.t.Fatal(err)
	}
}

// TestTheFormsSpeakTheReadersLanguage: the words of the annexes are those of the browser's
// language, from right to left where that is read so; links, addresses and codes stay as they are.
func TestTheFormsSpeakTheReadersLanguage(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Finn")
	req, err := http.NewRequest("GET", v.base+"/inbox/orders/"+string(w.orders["runs"]), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", "ar-EG,de;q=0.5")
	resp, err := v.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := html.Parse(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	form := one(t, page, "form#answer-annex-2")
	paper := one(t, form, ".paper")
	if dir, _ := attr(paper, "dir"); dir != "rtl" || !strings.Contains(textOf(paper), "المحتوى") {
		t.Errorf("the form runs %q: %.200s", dir, textOf(paper))
	}
	for _, id := range []string{"#annex-2-c-email", "#annex-2-c-member-state"} {
		if dir, _ := attr(one(t, form, id), "dir"); dir != "ltr" {
			t.Errorf("%s runs %q", id, dir)
		}
	}
	if dir, _ := attr(all(page, ".url")[0], "dir"); dir != "ltr" {
		t.Errorf("the link runs %q", dir)
	}
}
