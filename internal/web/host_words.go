package web

import (
	"fmt"
	"html/template"
	"time"

	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host"
	messages "github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/vault"
	"github.com/argine/argine/internal/law"
)

// tellable are the events that an authority tells in a way that no program reads.
var tellable = []law.Kind{law.Clarified, law.Withdrawn, law.Infringing, law.Scrutinised, law.Appealed, law.AppealWon, law.AppealLost, law.NonDisclosed, law.NonDisclosedLonger, law.DisclosureFreed}

func textsOf(list []law.Kind) (out []string) {
	for _, k := range list {
		out = append(out, string(k))
	}
	return out
}

// hostFunctions are those of the pages of a hosting service.
func hostFunctions(w *words) template.FuncMap {
	list := func(values ...string) func() []string { return func() []string { return values } }
	return template.FuncMap{
		"left": left, "carries": host.Carries, "statement_fields": statementFields, "finding": w.finding, "field": func(key string) string { return key },
		"field_time": func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") },
		"tracks":     list("order", "referral", "notice", "act_order", "own"), "answers": list("disabled", "removed", "refused", "impossible", "clarification"),
		"grounds": list("impossible", "manifest_errors", "insufficient"), "tellable": list(textsOf(tellable)...), "purposes": list(vault.Purposes...), "spoken": document.Languages,
	}
}

// left says how long until a moment, as a clock does; behind it, how long since.
func left(until, now time.Time) string {
	d := until.Sub(now).Round(time.Second)
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", sign, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

// finding says what a look at a message found.
func (w *words) finding(f messages.Finding) string {
	return w.say("finding."+f.Code, "Arg", f.Arg)
}
