package transparency

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/id"
)

// TestTheReportCrossesProviderTypeAndAction: what one provider did about one type is not mixed with
// another's, an item of two types stands in both rows, and the actions of a row add up to its items.
func TestTheReportCrossesProviderTypeAndAction(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	handed := func(p id.Platform, flagger bool, types map[id.Item][]string, answers map[id.Item]Answer) *Handed {
		h := &Handed{Track: Notice, Platform: p, TrustedFlagger: flagger, Items: len(types), Types: types, Answers: answers, ApprovedAt: at, ReceivedAt: at, Limbs: map[string]int{}}
		for _, limbs := range types {
			for _, limb := range limbs {
				h.Limbs[limb]++
			}
		}
		return h
	}
	facts := noFacts()
	facts.Handed["ntc_1"] = handed("plf_1", true, map[id.Item][]string{"itm_1": {"a"}, "itm_2": {"a", "d"}, "itm_3": {"d"}}, map[id.Item]Answer{"itm_1": {"removed", at}, "itm_2": {"refused", at}})
	facts.Handed["ntc_2"] = handed("plf_1", true, map[id.Item][]string{"itm_2": {"a", "d"}}, map[id.Item]Answer{"itm_2": {"disabled", at}})
	facts.Handed["ntc_3"] = handed("plf_2", true, map[id.Item][]string{"itm_4": {"a"}}, nil)
	facts.Handed["ntc_4"] = handed("plf_2", false, map[id.Item][]string{"itm_5": {"a"}}, map[id.Item]Answer{"itm_5": {"removed", at}}) // of no trusted flagger
	s := &sheet{facts: facts, asked: Asked{Span: Year(2026)}, names: names{platforms: map[id.Platform]string{"plf_1": "Clips", "plf_2": "=Tube"}}}
	trustedFlagger(s)
	var table client.TransparencyTable
	for _, one := range s.out.Tables {
		if one.Key == "providers_types" {
			table = one
		}
	}
	row := func(provider, limb string, cells ...string) []string {
		return append([]string{provider, "KEYWORD_TERRORIST_CONTENT", limbName(limb)}, cells...)
	}
	want := [][]string{row("=Tube", "a", "1", "0", "0", "0", "0", "0", "1"), row("Clips", "a", "3", "1", "1", "0", "1", "0", "0"), row("Clips", "d", "3", "0", "1", "0", "1", "0", "1")}
	if diff := cmp.Diff(want, table.Rows); diff != "" || table.Rule == "" {
		t.Errorf("the rule %q, the rows %s", table.Rule, diff)
	}
	text, err := CSV(s.out, "providers_types")
	if lines := strings.Split(string(text), "\r\n"); err != nil || len(lines) != 5 || lines[0] != "Provider of hosting services,Type,Limb,Items,removed,disabled,restricted,refused,none,not answered" || !strings.HasPrefix(lines[1], "'=Tube,") {
		t.Errorf("%v %q", err, lines)
	}
}
