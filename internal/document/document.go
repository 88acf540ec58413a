// Package document is what one side hands to the other: a removal order, the answers to it, a
// referral, a notice, as a document in one language.
//
// A Document is a form of package law with its values. It comes in four shapes that say the same:
// JSON for machines, by a published JSON Schema; HTML for people, which a press makes a PDF of;
// plain text for the body of a mail; a table (CSV) of its links. Links stand exactly as they were
// seen in JSON, CSV and HTML, because Article 3(4)(c) of Regulation (EU) 2021/784 wants the exact
// URL, but nowhere as something to click on. In the body of a mail, and wherever people wrote them
// into their reasons, they are defanged.
//
// The fixed parts come from a catalogue, one file a language. All have the same keys, those that
// the forms ask for; a program with a key too few or too many does not start, so that no English
// sentence ever stands in the middle of a Polish order. They paraphrase the forms: authentic is
// the Official Journal.
//
// A document that Check refuses has no shape at all: every method that makes one checks first.
package document

import (
	"slices"
	"strings"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// The forms that a document can have.
const (
	AnnexI        = "annex-1"
	AnnexII       = "annex-2"
	AnnexIII      = "annex-3"
	Referral      = "referral"
	Notice        = "dsa-16"
	ActOrder      = "dsa-9"
	Information   = "information"   // Article 3(2), before the first order
	Clarification = "clarification" // Article 3(8)
	Withdrawal    = "withdrawal"
	Review        = "review"         // decision of Article 4
	NonDisclosure = "non-disclosure" // goes on for six weeks, Article 11(3)
	Finality      = "finality"       // Article 3(9), to the home authority
	Intention     = "intention"      // Article 4(5), to the issuing authority
	Course        = "course"         // Article 14(1), between the two authorities of a case
	Reasons       = "reasons"        // to the content provider
	Reinstatement = "reinstatement"  // what was referred turned out not to be terrorist content
)

// Forms are the names of all forms.
func Forms() []string {
	return []string{AnnexI, AnnexII, AnnexIII, Referral, Notice, ActOrder, Information, Clarification, Withdrawal, Review, NonDisclosure, Finality, Intention, Course, Reasons, Reinstatement}
}

// Document is one filled form, or a batch of links, in one language.
type Document struct {
	Form      string
	Edition   string // CELEX of the text that the form is from; EditionOf gives the newest
	Reference string // of the order, referral or notice
	Language  string // of the fixed parts, one of Languages
	Values    law.Filled
	Items     []Item // of a referral, and of a notice about more than one link
	Unit      string // who sends
	Platform  string // to whom
	AnswerURL string // where the other side's program answers
}

// Item is one link of a batch.
type Item struct {
	ItemID  string
	URL     string   // the exact one that was seen
	Limbs   []string // letters of Article 2(7)
	Reasons string
}

// EditionOf is the CELEX number of the newest text that prescribes a form.
func EditionOf(form string) string {
	if slices.Contains([]string{Notice, ActOrder, Reasons}, form) {
		return law.DSACELEX
	}
	return law.TCO().CELEX
}

// batched reports whether a form lists items.
func batched(form string) bool { return form == Referral || form == Notice }

// Law is the form of the document, from its edition.
func (d Document) Law() (law.Form, error) {
	form, ok := law.FormNamed(d.Form, d.Edition)
	if !ok {
		return form, problem.New(problem.Invalid, "there is no form %.40q in the edition %.40q; the forms are %s", d.Form, d.Edition, strings.Join(Forms(), ", "))
	}
	return form, nil
}

// Name is a name for a file of the document: form, reference and what it ends in.
func (d Document) Name(ext string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, d.Reference)
	return d.Form + "-" + strings.TrimLeft(safe, ".-") + "." + ext
}
