package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/host/statements"
)

// transparency is a database that behaves as the DSA Transparency Database's API describes:
// 201 with identifiers, 422 with errors by statement and field, whole batches or nothing, and a
// puid taken once.
type transparency struct {
	*httptest.Server
	mu      sync.Mutex
	puids   map[string]bool
	batches []int
	lose    bool // the next answer is lost on its way, after the statements were taken
	strict  bool // it asks for the language of the content, which our own check does not
}

func newTransparency(t *testing.T) *transparency {
	d := &transparency{puids: map[string]bool{}}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Statements []statements.Statement `json:"statements"`
		}
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &in); err != nil || r.Header.Get("Authorization") != "Bearer made-up" || len(in.Statements) > 100 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if strings.Contains(string(body), "clips.example") || strings.Contains(string(body), "user-7") || strings.Contains(string(body), "Ana Example") {
			t.Errorf("a statement holds personal data: %s", body)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.batches = append(d.batches, len(in.Statements))
		d.answer(w, in.Statements)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *transparency) answer(w http.ResponseWriter, list []statements.Statement) {
	errors := map[string]map[string][]string{}
	for i, s := range list {
		fields := map[string][]string{}
		if d.puids[s.PUID] {
			fields["puid"] = []string{"The identifier given is not unique within this platform."}
		}
		if d.strict && s.ContentLanguage == "" {
			fields["content_language"] = []string{"The content language field is required."}
		}
		for _, f := range s.Check() {
			fields[f.Path] = append(fields[f.Path], f.Message)
		}
		if len(fields) > 0 {
			errors[fmt.Sprintf("statement_%d", i)] = fields
		}
	}
	if len(errors) > 0 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		json.NewEncoder(w).Encode(map[string]any{"errors": errors})
		return
	}
	var out []map[string]string
	for i, s := range list {
		d.puids[s.PUID] = true
		out = append(out, map[string]string{"puid": s.PUID, "uuid": fmt.Sprintf("uuid-%d", i)})
	}
	if d.lose {
		d.lose = false
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(map[string]any{"statements": out})
}

func (d *transparency) has() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.puids)
}

// TestStatementsOfReasonsAreSentOnce, in batches of at most a hundred, without personal data;
// an answer that is lost makes none of them twice.
func TestStatementsOfReasonsAreSentOnce(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		tdb := newTransparency(t)
		tdb.lose = true
		h := newHosted(t, database, func(cfg *app.Config) {
			cfg.Host.Statements = host.Statements{URL: tdb.URL + "/api/v1/statements", Token: "made-up"}
		})
		m := client.Message{Type: client.ReferralCreated, ID: "dlv_r", At: h.clock.Now(), Subject: "ref_1", Reference: "AR-1", AnswerURL: h.sender.URL + "/a", Referral: &client.MessageReferral{ID: "ref_1", Reference: "AR-1", Language: "en", Track: "referral"}}
		var answers client.HostAnswers
		now := h.clock.Now()
		for i := range 130 {
			m.Referral.Items = append(m.Referral.Items, client.ReferralItem{ItemID: fmt.Sprintf("itm_%d", i), URL: fmt.Sprintf("https://clips.example/v/%d", i), Limbs: []string{"a"}, Reasons: "Made up."})
			answers.Answers = append(answers.Answers, client.HostAnswer{Place: i + 1, Kind: "removed", ActedAt: &now})
		}
		_, r := h.post(m, sharedSecret)
		if _, err := h.api.HostAnswer(t.Context(), r.Case, answers); err != nil {
			t.Fatal(err)
		}
		c := h.executed("EX-1", "https://clips.example/v/order", nil)
		h.until("all are in the database and noted", func() bool {
			h.clock.add(time.Minute)
			page := newVisitorOnce(h).page("/statements")
			return tdb.has() == 131 && !strings.Contains(page, "waits</span>")
		})
		page := newVisitorOnce(h).page("/statements")
		if strings.Contains(page, "refused</span>") || !strings.Contains(page, c.ID+"-1") {
			t.Error("a statement is refused, or that of the order is missing")
		}
		for of, want := range map[string]bool{r.Case: false, c.ID: true} { // the answer to a referral is no form
			if got := strings.Contains(newVisitorOnce(h).page("/cases/"+of), "/document/pdf"); got != want {
				t.Errorf("the case %s leads to documents of its acts: %t, want %t", of, got, want)
			}
		}
		tdb.mu.Lock()
		defer tdb.mu.Unlock()
		for _, n := range tdb.batches {
			if n > 100 {
				t.Errorf("a batch has %d", n)
			}
		}
	})
}

// newVisitorOnce signs in the first time and remembers.
func newVisitorOnce(h *hosted) *visitor {
	if h.visitor == nil {
		h.visitor = newVisitor(h)
	}
	return h.visitor
}

// TestAComplaintThatIsJustifiedBringsTheContentBack, and one that is rejected tells why.
func TestAComplaintThatIsJustifiedBringsTheContentBack(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		post := newPostOffice(t)
		h := newHosted(t, database, func(cfg *app.Config) { cfg.SMTP = app.SMTP{Host: post.addr, From: "tco@clips.example"} })
		m := client.Message{Type: client.ReferralCreated, ID: "dlv_r", At: h.clock.Now(), Subject: "ref_1", Reference: "AR-1", AnswerURL: h.sender.URL + "/a", Referral: &client.MessageReferral{ID: "ref_1", Reference: "AR-1", Language: "en", Track: "referral",
			Items: []client.ReferralItem{{ItemID: "itm_1", URL: "https://clips.example/v/1", Limbs: []string{"a"}}}}}
		_, r := h.post(m, sharedSecret)
		if _, err := h.api.HostDisable(t.Context(), r.Case, client.HostDisabling{Place: 1, Answer: true}); err != nil {
			t.Fatal(err)
		}
		h.until("it is disabled", func() bool { return h.get(r.Case).Items[0].Content == "disabled" })
		complaint, err := h.api.HostComplain(t.Context(), client.NewHostComplaint{URL: "http://clips.example/v/1?utm_source=mail", Contact: "user7@mail.example", Language: "fr", Words: "It is a report about the matter."})
		if err != nil {
			t.Fatal(err)
		}
		if complaint.Case != r.Case || complaint.DueAt.Sub(h.clock.Now()) > 14*24*time.Hour || complaint.DueAt.Sub(h.clock.Now()) < 14*24*time.Hour-time.Hour {
			t.Errorf("the complaint is %+v", complaint)
		}
		b := newVisitor(h)
		if _, status := b.send("/complaints/"+complaint.ID, url.Values{"outcome": {"rejected"}}.Encode()); status != http.StatusUnprocessableEntity {
			t.Errorf("rejected without reasons: HTTP %d", status)
		}
		b.send("/complaints/"+complaint.ID, url.Values{"outcome": {"justified"}, "reasons": {"C’est un reportage."}}.Encode())
		h.until("the content is back", func() bool { return h.get(r.Case).Items[0].Content == "reinstated" })
		h.until("the outcome is told, and that it is back", func() bool { return len(post.mails()) == 2 })
		told := ""
		for _, letter := range post.mails() {
			if letter.to != "user7@mail.example" {
				t.Errorf("a letter goes to %s", letter.to)
			}
			told += plainText(t, letter.text)
		}
		if !strings.Contains(told, "Le contenu est rétabli.") || !strings.Contains(told, "ist wieder zugänglich") || !strings.Contains(told, "Ihre Beschwerde geprüft und halten sie für begründet") || strings.Contains(told, "https://clips.example/v/1") {
			t.Errorf("the letters are %s", told)
		}
		// Content that an order in force keeps down is not the service's to put back.
		c := h.executed("EX-1", "https://clips.example/v/9", nil)
		complaint, err = h.api.HostComplain(t.Context(), client.NewHostComplaint{URL: "https://clips.example/v/9", Words: "I disagree."})
		if err != nil || complaint.Case != c.ID {
			t.Fatalf("%+v, %v", complaint, err)
		}
		if page, status := b.send("/complaints/"+complaint.ID, "outcome=justified"); status != http.StatusConflict || !strings.Contains(page, "in force keeps this content down") {
			t.Errorf("reinstated against an order: HTTP %d", status)
		}
		if got := h.get(c.ID); got.Items[0].Content != "disabled" {
			t.Errorf("the content under the order is %s", got.Items[0].Content)
		}
	})
}

// TestAnOrderWithoutEffectBringsTheContentBack, Article 4(7), and the report of the year counts it.
func TestAnOrderWithoutEffectBringsTheContentBack(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, nil)
		c := h.executed("EX-1", "https://clips.example/v/1", nil)
		h.executed("EX-2", "https://clips.example/v/2", nil)
		h.post(h.order("EX-3", "https://clips.example/v/3", nil), otherSecret) // forged: counts nowhere
		b := newVisitor(h)
		b.send("/cases/"+c.ID+"/told", url.Values{"kind": {"infringing"}, "how": {"decision of the home authority, by letter"}}.Encode())
		if got := h.get(c.ID); got.Duty != "reinstate" {
			t.Fatalf("after the decision the duty is %s", got.Duty)
		}
		b.send("/cases/"+c.ID+"/reinstatement", "place=1")
		h.until("it is back", func() bool { return h.get(c.ID).Items[0].Content == "reinstated" })
		report, err := h.api.HostReport(t.Context(), 2026)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"Removal orders received": 2, "Items removed or disabled under removal orders": 2, "Review proceedings": 0, "of these: order annulled or found to infringe": 1, "Reinstated after review proceedings": 1, "Complaints of content providers": 0}
		letters := ""
		for _, f := range report.Figures {
			if n, ok := want[f.Name]; ok && n != f.Count {
				t.Errorf("%s: %d, want %d", f.Name, f.Count, n)
			}
			if f.Rule == "" {
				t.Errorf("%s has no counting rule", f.Name)
			}
			letters += f.Letter
		}
		if report.Due != "2027-03-01" || !strings.Contains(letters, "c") || !strings.Contains(letters, "g") {
			t.Errorf("the report is %+v", report)
		}
		if other, err := h.api.HostReport(t.Context(), 2025); err != nil || other.Figures[0].Count != 0 {
			t.Errorf("the year before has %+v, %v", other.Figures, err)
		}
	})
}
