package flow_test

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
)

// TestLaterPapersSpeakTheOrdersLanguage: a longer non-disclosure, the intention of the home
// authority and finality are documents in the language of the order, without English in
// between, and the other authority takes them in from their values.
func TestLaterPapersSpeakTheOrdersLanguage(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		w.dublin()
		reasons := map[string]string{"de": "Die Ermittlungen dauern an.", "el": "Η έρευνα συνεχίζεται.", "ar": "التحقيق مستمر."}
		for _, lang := range []string{"de", "el", "ar"} {
			w.laterPapers(lang, "https://clips.example/v/"+lang, reasons[lang])
		}
	})
}

func (w *orderWorld) laterPapers(lang, address, reasons string) {
	w.Helper()
	ctx := w.Context()
	it := w.contribute(address)[0]
	w.cleared(it)
	o, err := w.flow.DraftOrder(ctx, w.person("coordinator"), flow.NewOrder{Item: it, Action: w.action, Emergency: reasons, Language: lang, Secret: reasons})
	w.must(err)
	_, err = w.flow.ApproveOrder(ctx, w.person("second reviewer"), o)
	w.must(err)
	w.deliver()
	belgium, ireland := w.authority("BE").ID, w.authority("IE").ID
	from := flow.FromAuthority{Authority: belgium, Channel: flow.ByMail, Message: "eml_" + lang, Proof: "DKIM"}
	c, err := w.flow.ReceiveCopy(ctx, from, attached(w.T, w.mails[len(w.mails)-1]))
	w.must(err)
	w.must(w.answers(o, document.AnnexII, nil))
	w.after(24 * time.Hour)

	w.twoPeople("coordinator", "second reviewer", o, law.NonDisclosedLonger, reasons)
	m := w.hooks[len(w.hooks)-1]
	longer, err := document.Parse(m.Document)
	w.must(err)
	issued := w.order(o).ApprovedAt
	if m.Type != client.OrderSecrecy || longer.Values["b.until"] != issued.AddDate(0, 0, 84).Format(time.RFC3339) || longer.Values["b.reasons"] != reasons {
		w.Errorf("%s: %s %+v", lang, m.Type, longer.Values)
	}
	w.speaks(lang, document.NonDisclosure, longer, m.Text)

	w.twoPeople("first in Dublin", "second in Dublin", c, law.Intended, reasons)
	mail := w.mails[len(w.mails)-1]
	intended := attached(w.T, mail)
	w.speaks(lang, document.Intention, intended, string(partOf(w.T, mail, "text/plain")))
	w.tells(flow.FromAuthority{Authority: ireland, Channel: flow.ByMail}, client.OrderIntended, intended)
	if e := w.happened(o, law.Intended); e.Detail.Reasons != reasons || e.Detail.Form != document.Intention || intended.AnswerURL != "" || intended.Unit != "Unit Dublin" {
		w.Errorf("%s: %+v", lang, e.Detail)
	}

	w.after(30 * 24 * time.Hour)
	final := *w.at
	_, err = w.flow.RecordOrderEvent(ctx, w.person("coordinator"), o, flow.NewOrderEvent{Kind: law.Final, Reasons: reasons})
	w.must(err)
	w.deliver()
	mail = w.mails[len(w.mails)-1]
	finality := attached(w.T, mail)
	w.speaks(lang, document.Finality, finality, string(partOf(w.T, mail, "text/plain")))
	if v := finality.Values; v["b.ground"] != "no_appeal" || v["c.representative"] != "coordinator" || finality.Platform != w.authority("IE").Name || finality.AnswerURL != "" {
		w.Errorf("%s: %+v", lang, finality)
	}
	w.after(time.Hour)
	w.tells(from, client.OrderFinal, finality)
	w.tells(from, client.OrderFinal, finality)
	if got := w.order(c); !got.FinalAt.Equal(final) {
		w.Errorf("%s: for the home authority it is final since %s, want %s", lang, got.FinalAt, final)
	}
}

// tells has an authority's program tell a paper.
func (w *orderWorld) tells(from flow.FromAuthority, kind string, d document.Document) {
	w.Helper()
	text, err := d.JSON()
	w.must(err)
	_, err = w.flow.AuthorityMessage(w.Context(), from, client.Message{Type: kind, Reference: d.Reference, At: *w.at, Document: text})
	w.must(err)
}

var (
	latin   = regexp.MustCompile(`[A-Za-z]{2,}`)
	english = regexp.MustCompile(`(?i)\b(the|of|and|is|to|before|until|since|weeks|order|final|reasons|article|authority|date|from|section)\b`)
)

// speaks looks for English in a letter, after the values are taken out that are the same in every language.
func (w *orderWorld) speaks(lang, form string, d document.Document, text string) {
	w.Helper()
	if d.Form != form || d.Language != lang {
		w.Errorf("%s in %s, want %s in %s", d.Form, d.Language, form, lang)
	}
	same := append(slices.Collect(maps.Values(d.Values)), d.Unit, d.Platform, d.Reference, d.AnswerURL, "hxxp", "UTC")
	slices.SortFunc(same, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the longest first
	rest := text
	for _, v := range same {
		if v != "" {
			rest = strings.ReplaceAll(rest, v, "")
		}
	}
	found := latin.FindAllString(rest, -1)
	if lang == "de" {
		found = english.FindAllString(rest, -1)
	}
	if len(found) > 0 || len(rest) < 300 {
		w.Errorf("the %s in %s has %q:\n%s", form, lang, found, text)
	}
}

// happened is the one event of a kind in a case.
func (w *orderWorld) happened(o id.Order, kind law.Kind) (found order.Event) {
	w.Helper()
	n := 0
	for _, e := range w.events(o) {
		if e.Kind == kind {
			found, n = e, n+1
		}
	}
	if n != 1 {
		w.Fatalf("%s happened %d times", kind, n)
	}
	return found
}
