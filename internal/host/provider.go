package host

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Telling is how the content provider is told, Article 11(1).
type Telling struct {
	Mail     string // address; empty: as the case has it
	Language string // of the letter; empty: as the case has it
	ByHand   string // it was told already: by whom and how
}

// Inform tells the content provider that its content was disabled and why, and what it can do.
// While the authority's non-disclosure decision holds it is refused, Article 11(3).
func (h *Host) Inform(ctx context.Context, who auth.Principal, target id.Case, in Telling) (id.Case, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (id.Case, error) {
		c, err := cases.Get(tx, target)
		if err != nil {
			return target, err
		}
		if err := mayInform(tx, c); err != nil {
			return target, err
		}
		p := c.Provider
		if in.Mail != "" {
			p.Mail = in.Mail
		}
		if in.Language != "" {
			p.Language = in.Language
		}
		if c, err = cases.SetProvider(tx, who.Actor(), c, p); err != nil {
			return target, err
		}
		if in.ByHand != "" {
			return target, h.toldByHand(tx, who.Actor(), c, in.ByHand)
		}
		return target, h.planInform(tx, who.Actor(), c)
	})
}

// mayInform asks the case whether the provider may be told now.
func mayInform(tx *sqldb.Tx, c cases.Case) error {
	if c.ExecutedAt.IsZero() {
		return problem.New(problem.Refused, "nothing of this case was disabled; there is nothing to tell the content provider")
	}
	if c.Track == cases.Order {
		order, err := cases.Follow(tx, c.ID)
		if err != nil {
			return err
		}
		if err := order.Take(law.Event{Kind: law.ProviderInformed, At: tx.Now}); err != nil {
			return err
		}
	}
	items, err := cases.Items(tx, c.ID)
	for _, it := range items { // another order on the same content may forbid it
		until, err := secretUntil(tx, it)
		if err != nil {
			return err
		}
		if until.After(tx.Now) {
			return problem.New(problem.Refused, "the content provider must not be told before the non-disclosure of another order on this content ends, at %s (Article 11(3))", until.Format(time.RFC3339))
		}
	}
	return err
}

func (h *Host) toldByHand(tx *sqldb.Tx, by audit.Actor, c cases.Case, how string) error {
	if c.Track == cases.Order {
		if _, err := cases.Record(tx, by, c.ID, law.Event{Kind: law.ProviderInformed, At: tx.Now}, map[string]string{"how": how}); err != nil {
			return err
		}
		return h.tellFollowed(tx, by, c, law.ProviderInformed, tx.Now)
	}
	return audit.Append(tx, by, audit.Entry{Verb: "case.provider_informed", Subject: string(c.ID), Detail: map[string]string{"how": how}})
}

func (h *Host) planInform(tx *sqldb.Tx, by audit.Actor, c cases.Case) error {
	d, err := h.reasons(tx, c)
	if err != nil {
		return err
	}
	text, err := d.JSON()
	if err != nil {
		return err
	}
	l := letter{Language: d.Language, Document: text}
	if l.Subject, l.Body, err = d.Text(); err != nil {
		return err
	}
	payload, err := json.Marshal(l)
	if err != nil {
		return err
	}
	a := acts.Act{Case: c.ID, Kind: acts.Inform, Way: acts.Mail, Target: c.Provider.Mail, Payload: string(payload)}
	if h.service.Informs() {
		items, err := cases.Items(tx, c.ID)
		if err != nil {
			return err
		}
		a.Way, a.Target = acts.Service, items[0].URL
	} else if a.Target == "" {
		return problem.New(problem.Invalid, "the content provider's address of mail is not known; give it, or tell the provider yourself and write how")
	}
	_, err = acts.Add(tx, by, a)
	return err
}

// reasons is the letter to a content provider: what was done, on what basis, and what it can do
// against it. It holds nothing of the authority's investigation.
func (h *Host) reasons(tx *sqldb.Tx, c cases.Case) (document.Document, error) {
	items, err := cases.Items(tx, c.ID)
	if err != nil {
		return document.Document{}, err
	}
	var links []string
	measure := cases.Disabled
	for _, it := range items {
		if it.Content == cases.Disabled || it.Content == cases.Removed {
			links, measure = append(links, it.URL), it.Content
		}
	}
	how := h.Settings.Name + ", " + h.Settings.Contact
	if h.Settings.Terms != "" {
		how += ", " + h.Settings.Terms
	}
	v := law.Filled{"a.content": strings.Join(links[:min(len(links), 20)], "\n"), "a.date": stamp(tx.Now), "b.measures": measure, "b.territory": "EU", "b.duration": "-",
		"d.ground": "illegal", "d.law": "Regulation (EU) 2021/784, Article 3", "e.redress": "complaint,court", "e.how": how, "c.source": "other_notification"}
	words := reasonsIn(document.Spoken(c.Provider.Language))
	v["d.law_reasons"], v["c.facts"] = words.law, words.facts
	if c.Track == cases.Order {
		v["a.removal_order"] = c.Reference
		order := documentOf(c).Values
		v["e.how"] = strings.TrimSpace(how + "\n" + strings.Join([]string{order["g.body"], order["g.deadline"], order["g.provisions"]}, "\n"))
	} else {
		v["e.redress"], v["d.ground"], v["c.facts"] = "complaint,out_of_court,court", "incompatible", words.referred
		v["d.terms"], v["d.terms_reasons"] = words.terms, words.law
		delete(v, "d.law")
		delete(v, "d.law_reasons")
		if c.Track == cases.Notice {
			v["c.source"] = "article_16"
		}
	}
	return document.Document{Form: document.Reasons, Edition: document.EditionOf(document.Reasons), Reference: string(c.ID), Language: document.Spoken(c.Provider.Language),
		Values: v, Unit: h.Settings.Name, Platform: ""}, nil
}

// providerWords are the sentences of a letter to a content provider that are no fixed text of
// the form, in one language.
type providerWords struct{ facts, referred, law, terms string }

func reasonsIn(language string) providerWords {
	if w, ok := providerLetters[language]; ok {
		return w
	}
	return providerLetters["en"]
}
