package web

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/sqldb"
)

// upload sends a file as a browser does and gives the page that comes back.
func (v *visitor) upload(path, name, content string) (int, string) {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	io.WriteString(part, content)
	form.Close()
	req, _ := http.NewRequest("POST", v.base+path, &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(page)
}

func TestBanksAreMadeFilledAndSet(t *testing.T) {
	w := sqliteWorld(t)
	v := w.visit("Dora")
	if status, _, body := v.do("POST", "/banks", url.Values{"name": {"spring clips"}, "radius": {"31"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "capital letters") || !strings.Contains(body, "spring clips") {
		t.Errorf("a bad name gave %d", status)
	}
	if status, h, _ := v.do("POST", "/banks", url.Values{"name": {"SPRING_CLIPS"}, "radius": {"20"}, "terms": {"Among units only."}}); status != http.StatusSeeOther || h.Get("Location") != "/banks/SPRING_CLIPS" {
		t.Errorf("the bank gave %d to %s", status, h.Get("Location"))
	}
	file := "kind,value,label\n"
	for i := range 1000 {
		file += fmt.Sprintf("md5,%032x,clip %d\n", i+1, i)
		if i%400 == 7 {
			file += fmt.Sprintf("md5,%030x,too short\n", i)
		}
	}
	status, body := v.upload("/banks/SPRING_CLIPS/entries", "entries.csv", file)
	if said := textOf(parsed(t, body)); status != http.StatusOK || !strings.Contains(said, "1,000 added") || !strings.Contains(said, "Line 10:") || strings.Count(said, "write the 32") != 3 {
		t.Errorf("the import gave %d: %.600s", status, said)
	}
	if status, body := v.upload("/banks/SPRING_CLIPS/entries", "picture.png", "x"); status < 400 || !strings.Contains(body, "text/csv") {
		t.Errorf("a picture instead of a file gave %d", status)
	}
	v.do("POST", "/banks/SPRING_CLIPS/retractions", url.Values{"entries": {fmt.Sprintf("%032x", 1)}, "why": {"handed in by mistake"}})
	v.do("POST", "/banks/SPRING_CLIPS", url.Values{"radius": {"12"}, "share": {"12.5"}, "terms": {"Nobody else."}, "shared": {"yes"}})
	said := textOf(one(t, v.page("/banks/SPRING_CLIPS"), "main"))
	for _, want := range []string{"999 and 1 retracted", "12 bits", "12.5 %", "Nobody else.", "shared"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q: %.400s", want, said)
		}
	}
	settings := url.Values{"name": {"SUMMER_CLIPS"}, "radius": {"12"}, "share": {"12.5"}, "terms": {"Nobody else."}, "shared": {"yes"}}
	at := "/banks/SPRING_CLIPS"
	for _, name := range []string{"SUMMER_CLIPS", "SPRING_CLIPS"} {
		settings.Set("name", name)
		status, h, _ := v.do("POST", at, settings)
		if at = "/banks/" + name; status != http.StatusSeeOther || h.Get("Location") != at {
			t.Errorf("renamed to %s: %d, %s", name, status, h.Get("Location"))
		}
	}
	if status, _, _ := w.visit("Gus").do("POST", "/banks/SPRING_CLIPS", url.Values{"radius": {"1"}, "share": {"100"}}); status != http.StatusForbidden {
		t.Errorf("another unit's coordinator set the bank: %d", status)
	}
}

func TestAReversalLeadsToRejected(t *testing.T) {
	w := sqliteWorld(t)
	path := "/items/" + string(w.items["delivered-1"])
	decided := w.visit("Cleo")
	if status, _, _ := decided.do("POST", path+"/reversal", url.Values{"reasons": {"I changed my mind."}}); status < 400 {
		t.Errorf("one of the two who confirmed it reversed it: %d", status)
	}
	third := w.visit("Dora")
	if status, _, body := third.do("POST", path+"/reversal", url.Values{"reasons": {"A school's project, as its masthead shows."}}); status != http.StatusSeeOther {
		t.Fatalf("the reversal gave %d: %.300s", status, textOf(parsed(t, body)))
	}
	if said := textOf(one(t, third.page(path), "main")); !strings.Contains(said, "masthead") {
		t.Errorf("the page does not say why: %.300s", said)
	}
	button := "Approve: ask for it back"
	if said := textOf(one(t, third.page(path), "main")); !strings.Contains(said, "waits for another person") || strings.Contains(said, button) {
		t.Errorf("who reversed it sees: %.2000s", said)
	}
	if status, _, _ := third.do("POST", path+"/reinstatement/approval", url.Values{}); status < 400 {
		t.Errorf("who reversed it approved the request: %d", status)
	}
	w.update(func(tx *sqldb.Tx) error {
		made, err := auth.AddUser(tx, audit.System, auth.User{Unit: w.units["Unit North"], Name: "Hal Reviewer", Email: email("Hal"), Roles: []auth.Role{auth.Reviewer}})
		if err == nil {
			w.people["Hal"], err = auth.PrincipalOf(tx, made.ID)
		}
		return err
	})
	second := w.visit("Hal")
	waiting := "To be asked back, waiting for a second person"
	if said := textOf(one(t, second.page("/complaints"), "main")); !strings.Contains(said, waiting) || !strings.Contains(said, "B-20") {
		t.Errorf("the second person does not learn that something waits: %.2000s", said)
	}
	if said := textOf(one(t, second.page(path), "main")); !strings.Contains(said, button) {
		t.Errorf("the second person sees no button: %.2000s", said)
	}
	if status, _, body := second.do("POST", path+"/reinstatement/approval", url.Values{}); status != http.StatusSeeOther {
		t.Fatalf("the approval gave %d: %.300s", status, textOf(parsed(t, body)))
	}
	if said := textOf(one(t, second.page("/complaints"), "main")); strings.Contains(said, waiting) {
		t.Errorf("what was approved waits still: %.2000s", said)
	}
	if said := textOf(one(t, second.page(path), "main")); strings.Contains(said, button) || !strings.Contains(said, "Asked back") || !strings.Contains(said, "B-20") {
		t.Errorf("after the approval: %.2000s", said)
	}
}

func TestHistogram(t *testing.T) {
	twelve := 12
	h := histogramOf(client.Calibration{Radius: 40, Proposed: &twelve, Distances: []client.DistanceCount{{Distance: 0, Confirmed: 3, Waits: 1}, {Distance: 40, Rejected: 2}}})
	if len(h.Columns) != 2 || h.Most != 4 {
		t.Fatalf("%+v", h)
	}
	high, low := h.Columns[0], h.Columns[1]
	if high.Waits.Y != 0 || high.Confirmed.Height != 3*high.Waits.Height || low.Rejected.Height != histogramHeight/2 || low.X+low.Width > histogramWidth || h.Radius != histogramWidth {
		t.Errorf("%+v", h)
	}
	if h.Proposed <= high.X || h.Proposed >= h.Radius {
		t.Errorf("the proposed radius stands at %v", h.Proposed)
	}
}
