package web

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/register"
)

// TestEveryWordIsInTheCatalogue finds the keys that templates and handlers use.
func TestEveryWordIsInTheCatalogue(t *testing.T) {
	w := mustPages().spoken[0]
	used := map[string]bool{}
	for pattern, files := range map[string]string{`\bt "([a-z0-9_.]+)"`: "templates/*.html", `\bsay\("([a-z0-9_.]+)"[,)]`: "*.go"} {
		names, err := fs.Glob(os.DirFS("."), files)
		if err != nil || len(names) == 0 {
			t.Fatal(files, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
				used[m[1]] = true
				if w.say(m[1], "N", 2) == m[1] || w.say(m[1], "N", 1) == m[1] {
					t.Errorf("%s: the key %q is not in the catalogue", name, m[1])
				}
			}
		}
	}
	if len(used) < 150 {
		t.Errorf("only %d keys are used: the test looks at nothing", len(used))
	}
}

// TestEveryValueHasAWord looks at the values that pages name.
func TestEveryValueHasAWord(t *testing.T) {
	w := mustPages().spoken[0]
	sets := map[string][]string{"verdict": verdicts, "answer": {"removed", "disabled", "refused", "impossible", "clarification"}, "tab": {"board", "items", "worklist", "referrals", "notices", "report"}, "track": {"referral", "order", "notice", "act_order"}, "clock": {"confirm", "decide", "effect"},
		"decided": {"removed", "disabled", "restricted", "refused", "none"}, "clock_state": {"running", "paused", "met", "late", "stopped", "over"},
		"kind": {"post", "account", "channel", "file", "site"}, "decision": {"terrorist", "not_terrorist"}, "purpose": {law.NoPurpose}, "step": {"answered", "gone"},
		"referral_state": {"draft", "approved", "withdrawn"}, "delivery_state": {"due", "sending", "delivered", "undeliverable", "uncertain"}, "transport": {"smtp", "webhook", "pull", "portal"}}
	sets["mail_state"] = append([]string{"new"}, mailStates...)
	sets["mail_match"] = []string{correspondence.ByReply, correspondence.ByAddress, correspondence.ByReference, correspondence.ByAttachment}
	sets["message"] = []string{client.ReferralCreated, client.OrderIssued, client.OrderCopy, client.OrderInformation, client.OrderClarified, client.OrderWithdrawn, client.OrderSecrecy, client.OrderFinal, client.OrderIntended, client.OrderCourse,
		client.ReviewAsked, client.OrderReviewed, client.NoticeCreated, client.ActOrderIssued, client.ReinstatementAsked, client.AnswerGiven, client.OrderFollowed}
	sets["party"] = []string{"issuer", "home", "host", "provider"}
	sets["duty"] = []string{"execute", "feedback", "copy", "scrutinise", "ask_review", "ask_review_provider", "decide_review", "tell_decision", "reinstate", "tell_final", "preserve", "non_disclosure",
		"inform_provider", "answer_provider", "issue", "send", "see_received", "clarify", "end_grounds", "erase"} // of law.Order
	sets["event"] = []string{string(law.ProviderAsked), string(law.ProviderAnswered), string(law.DecisionTold), string(law.Scrutinised), string(law.Infringing)}
	sets["channel"] = []string{"transport", "portal", "api", "webhook", "mail", "person"}
	for _, a := range order.Attentions {
		sets["attention"] = append(sets["attention"], string(a))
	}
	for _, k := range []deliver.Kind{deliver.Order, deliver.Copy, deliver.Clarification, deliver.Withdrawal, deliver.WithdrawalCopy, deliver.Secrecy, deliver.Final, deliver.Intention, deliver.Course, deliver.Review, deliver.ReviewHost, deliver.ReviewProvider} {
		sets["handed"] = append(sets["handed"], string(k))
	}
	sets["verb"] = []string{"item.banked", "item.unbanked", "assess.threat_to_life", "deconflict.owner_asked", "deconflict.answered", "deconflict.moot", "refer.justified", "refer.taken_out", "notice.taken_out", "reinstatement.answered"} // of the history of an item
	for _, s := range item.Stages() {
		sets["stage"] = append(sets["stage"], string(s))
		sets["verb"] = append(sets["verb"], "item."+string(s))
	}
	for _, s := range steps {
		sets["step"] = append(sets["step"], s.name)
		sets["waiting"] = append(sets["waiting"], s.waits...)
		sets["left"] = append(sets["left"], s.leave...)
	}
	for _, f := range law.TCO().Factors {
		sets["factor"] = append(sets["factor"], f.Name)
	}
	for _, t := range law.TCO().Tiers {
		sets["tier"] = append(sets["tier"], t.Name)
	}
	for _, i := range law.Ideologies() {
		sets["ideology"] = append(sets["ideology"], i.Name)
	}
	for _, b := range law.Behaviours() {
		sets["behaviour"] = append(sets["behaviour"], b.Name)
	}
	sets["authority_role"], sets["designation_source"] = register.Roles, designation.Sources
	sets["interest_kind"], sets["rule"] = deconflict.Kinds, refer.Rules
	for _, p := range law.TCO().Purposes {
		sets["purpose"] = append(sets["purpose"], p.Name)
	}
	for set, values := range sets {
		for _, value := range values {
			if w.say(set+"."+value) == set+"."+value {
				t.Errorf("the catalogue has no word for %s.%s", set, value)
			}
		}
	}
	if n := len(law.TCO().Purposes) + 1; n != len(purposeKeys) {
		t.Errorf("%d purposes and %d keys", n, len(purposeKeys))
	}
	if n := len(law.TCO().Tiers) + 1; n != len(tierKeys) {
		t.Errorf("%d tiers and %d keys", n, len(tierKeys))
	}
	if n := len(law.TCO().Limbs); n != len(limbKeys) {
		t.Errorf("%d limbs and %d keys", n, len(limbKeys))
	}
}

// TestEveryStageIsOneStepOfTheFunnel: an item of a stage that no step knew would be lost from the board.
func TestEveryStageIsOneStepOfTheFunnel(t *testing.T) {
	times := map[string]int{}
	for _, s := range steps {
		for _, name := range s.reached {
			times[name]++
		}
	}
	for _, s := range item.Stages()[2:] {
		if times[string(s)] != 1 {
			t.Errorf("the stage %s is in %d steps of the funnel, want 1", s, times[string(s)])
		}
	}
}
