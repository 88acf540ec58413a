package web

import (
	"math"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

type banksPage struct {
	frame
	Banks   []client.Bank
	Form    match.Bank
	Refusal string // why the bank that was just asked for was not made
}

func banks(s *Server, c *call) error {
	return s.showBanks(c, http.StatusOK, banksPage{Form: match.Bank{Radius: 31}})
}

func (s *Server) showBanks(c *call, status int, p banksPage) (err error) {
	p.frame = s.frame(c, c.words.say("banks.title"), "banks")
	if p.Banks, err = s.Desk.Banks(c.ctx(), c.who); err != nil {
		return err
	}
	return s.render(c, status, "banks", p)
}

// addBank makes a bank of the person's unit.
func addBank(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	b := match.Bank{Name: strings.TrimSpace(c.r.PostForm.Get("name")), Terms: c.r.PostForm.Get("terms"), Enabled: true, Radius: whole(c, "radius")}
	made, err := s.Flow.AddBank(c.ctx(), c.who, b)
	if refusal, ok := told(err); ok {
		return s.showBanks(c, problem.Of(err).Meaning().Status, banksPage{Form: b, Refusal: refusal})
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/banks/"+made.Name, http.StatusSeeOther)
	return nil
}

// told is the message of a failure that the person can mend on the page.
func told(err error) (string, bool) {
	for _, kind := range []problem.Kind{problem.Invalid, problem.Conflict, problem.Refused, problem.UnsupportedMedia} {
		if problem.Is(err, kind) {
			return problem.Message(err), true
		}
	}
	return "", false
}

// whole reads a whole number of the form; what is none becomes one that no rule takes.
func whole(c *call, field string) int {
	n, err := strconv.Atoi(strings.TrimSpace(c.r.PostForm.Get(field)))
	if err != nil {
		return -1
	}
	return n
}

type bankView struct {
	frame
	client.Bank
	Keeps       bool // the person may change it
	Calibration client.Calibration
	Histogram   histogram
	Drafts      []client.BankDraft
	Sources     []client.Subscription
	Imported    *flow.Imported
	Refusal     string // why what was just asked for was not done
}

// Percent is how much of the lookups from outside may match.
func (p bankView) Percent() float64 { return p.Share * 100 }

func bank(s *Server, c *call) error { return s.showBank(c, http.StatusOK, bankView{}) }

func (s *Server) showBank(c *call, status int, p bankView) (err error) {
	name := c.r.PathValue("id")
	if p.Bank, err = s.Desk.Bank(c.ctx(), c.who, name); err != nil {
		return err
	}
	p.frame = s.frame(c, p.Name, "banks")
	if p.Calibration, err = s.Desk.Calibration(c.ctx(), c.who, name); err != nil {
		return err
	}
	p.Histogram = histogramOf(p.Calibration)
	kept := match.Bank{Unit: id.Unit(p.UnitID)}.KeptBy(c.who)
	p.Keeps = kept && p.May("bank.manage")
	if kept {
		if p.Drafts, err = s.Desk.BankDrafts(c.ctx(), c.who, name); err != nil {
			return err
		}
		if p.Sources, err = s.Desk.Subscriptions(c.ctx(), c.who, name); err != nil {
			return err
		}
	}
	return s.render(c, status, "bank", p)
}

// settled shows the bank again after something was asked for: anew where it was done, with
// the reason where it was refused.
func (s *Server) settled(c *call, err error) error {
	if refusal, ok := told(err); ok {
		return s.showBank(c, problem.Of(err).Meaning().Status, bankView{Refusal: refusal})
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/banks/"+c.r.PathValue("id"), http.StatusSeeOther)
	return nil
}

// setBank takes the whole form of settings.
func setBank(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	radius, terms := whole(c, "radius"), c.r.PostForm.Get("terms")
	enabled, shared := c.r.PostForm.Get("enabled") == "yes", c.r.PostForm.Get("shared") == "yes"
	share := -1
	if percent, err := strconv.ParseFloat(strings.TrimSpace(c.r.PostForm.Get("share")), 64); err == nil && percent >= 0 && percent <= 100 {
		share = int(math.Round(percent / 100 * match.Whole))
	}
	change := flow.BankChange{Radius: &radius, Terms: &terms, Enabled: &enabled, Share: &share, Shared: &shared}
	if name := strings.TrimSpace(c.r.PostForm.Get("name")); name != "" {
		change.Name = &name
	}
	b, err := s.Flow.SetBank(c.ctx(), c.who, c.r.PathValue("id"), change)
	if err == nil {
		c.r.SetPathValue("id", b.Name)
	}
	return s.settled(c, err)
}

// importEntries takes a file and shows what became of its lines.
func importEntries(s *Server, c *call) error {
	up, err := c.uploaded()
	if err != nil {
		return s.settled(c, err)
	}
	got, err := s.Flow.ImportEntries(c.ctx(), c.who, c.r.PathValue("id"), typeOf(up.name), up.file)
	if err != nil {
		return s.settled(c, err)
	}
	return s.showBank(c, http.StatusOK, bankView{Imported: &got})
}

// typeOf goes by the name: browsers send what the system has registered, which is seldom right
// for files of lines.
func typeOf(name string) string {
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".csv", ".tsv", ".txt":
		return "text/csv"
	case ".jsonl", ".ndjson":
		return "application/jsonl"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}

func retractEntries(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	_, err := s.Flow.RetractEntries(c.ctx(), c.who, c.r.PathValue("id"), c.r.PostForm.Get("why"), strings.Fields(c.r.PostForm.Get("entries")))
	return s.settled(c, err)
}

// decideDraft takes a draft in or discards it.
func decideDraft(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target := id.Draft(c.r.PathValue("id"))
	d, err := s.Desk.BankDraft(c.ctx(), c.who, target)
	if err != nil {
		return err
	}
	if c.r.PostForm.Get("do") == "take" {
		_, err = s.Flow.TakeDraft(c.ctx(), c.who, target)
	} else {
		_, err = s.Flow.DiscardDraft(c.ctx(), c.who, target)
	}
	c.r.SetPathValue("id", d.Bank)
	return s.settled(c, err)
}

// reverse takes back what two people decided on an item.
func reverse(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target := c.r.PathValue("id")
	if _, err := s.Flow.Reverse(c.ctx(), c.who, id.Item(target), c.r.PostForm.Get("reasons")); err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/items/"+target, http.StatusSeeOther)
	return nil
}
