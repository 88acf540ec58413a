package app_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host"
)

// TestARefusedStatementIsCorrectedAndSentAgain with the puid that it had, whatever the correction
// says of it; a correction that is wrong itself is not sent, and tells its fields.
func TestARefusedStatementIsCorrectedAndSentAgain(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		tdb := newTransparency(t)
		tdb.strict = true
		h := newHosted(t, database, func(cfg *app.Config) {
			cfg.Host.Statements = host.Statements{URL: tdb.URL + "/api/v1/statements", Token: "made-up"}
		})
		c := h.executed("EX-1", "https://clips.example/v/1", nil)
		one := func() (s client.HostStatement) {
			page, err := h.api.HostStatements(t.Context())
			if err != nil || len(page.Items) != 1 {
				t.Fatalf("%+v, %v", page, err)
			}
			return page.Items[0]
		}
		h.until("the database refuses it", func() bool { h.clock.add(time.Minute); return one().State == "refused" })
		s := one()
		if len(s.Errors["content_language"]) != 1 || s.PUID != c.ID+"-1" || tdb.has() != 0 {
			t.Fatalf("refused: %+v", s)
		}
		correct := func(language string) client.HostStatement {
			var body map[string]any
			json.Unmarshal(s.Statement, &body)
			body["content_language"], body["puid"] = language, "another"
			text, _ := json.Marshal(body)
			got, err := h.api.HostCorrectStatement(t.Context(), s.ID, text)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if bad := correct("english"); bad.State != "refused" || len(bad.Errors["content_language"]) != 1 {
			t.Errorf("a wrong correction: %+v", bad)
		}
		h.correctByForm(s)
		h.until("it is sent again", func() bool { h.clock.add(time.Minute); return one().State == "sent" })
		tdb.mu.Lock()
		defer tdb.mu.Unlock()
		if !tdb.puids[s.PUID] || len(tdb.puids) != 1 {
			t.Errorf("the database has %v", tdb.puids)
		}
		if _, err := h.api.HostCorrectStatement(t.Context(), s.ID, s.Statement); err == nil {
			t.Error("one that was sent was corrected")
		}
	})
}

// correctByForm sends what the page of statements has in its form, with the language put right.
func (h *hosted) correctByForm(s client.HostStatement) {
	h.Helper()
	b := newVisitor(h)
	page := b.page("/statements")
	if !strings.Contains(between(page, `name="content_date"`, "</textarea>"), "2026-10-25") || !strings.Contains(page, "two capital letters of ISO 639-1") {
		h.Errorf("the form has not the values and what is wrong: %s", page)
	}
	field := s.ID + "-content_language"
	for _, part := range []string{`<a href="#` + field + `">`, `<select id="` + field + `" name="content_language" aria-invalid="true" aria-describedby="` + field + `-fault">`, `<p class="wrong" id="` + field + `-fault">`,
		`<option value="english" selected>`, `<option value="KEYWORD_TERRORIST_CONTENT" selected>`} {
		if !strings.Contains(page, part) {
			h.Errorf("the form lacks %s", part)
		}
	}
	var values map[string]any
	if err := json.Unmarshal(s.Statement, &values); err != nil {
		h.Fatal(err)
	}
	form := url.Values{}
	for name, value := range values {
		switch v := value.(type) {
		case string:
			form.Set(name, v)
		case []any:
			for _, one := range v {
				form.Add(name, one.(string))
			}
		}
	}
	form.Set("content_language", "EN")
	b.send("/statements/"+s.ID+"/correction", form.Encode())
}
