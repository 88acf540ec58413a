package assess

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var dan = audit.Actor{User: "usr_dan", Unit: "unt_one"}

// TestAThirdPersonDecidesBetweenTwo: the majority counts, and the proof is of the two that agree.
func TestAThirdPersonDecidesBetweenTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for _, tt := range []struct {
			item                 id.Item
			first, second, third New
			want                 Outcome
			users                string
		}{
			{"itm_1", terrorist("itm_1", "a"), harmless("itm_1"), terrorist("itm_1", "c"), OutcomeConfirmed, "usr_ann usr_cyd"},
			{"itm_2", harmless("itm_2"), terrorist("itm_2", "a"), terrorist("itm_2", "a", "c"), OutcomeConfirmed, "usr_bob usr_cyd"},
			{"itm_3", terrorist("itm_3", "a"), harmless("itm_3"), harmless("itm_3"), OutcomeRejected, ""},
			{"itm_4", harmless("itm_4"), terrorist("itm_4", "a"), harmless("itm_4"), OutcomeRejected, ""},
		} {
			record(t, db, ann, tt.first)
			if _, outcome, err := record(t, db, bob, tt.second); err != nil || outcome != OutcomeDisputed {
				t.Fatalf("%s: %s, %v", tt.item, outcome, err)
			}
			refusedProof(t, db, tt.item)
			for _, again := range []audit.Actor{ann, bob} {
				if _, _, err := record(t, db, again, tt.third); !problem.Is(err, problem.Refused) {
					t.Errorf("%s: %s decides about their own dispute: %v", tt.item, again.User, err)
				}
			}
			third, outcome, err := record(t, db, cyd, tt.third)
			if err != nil || outcome != tt.want || third.Step != 3 {
				t.Fatalf("%s: step %d, %s, %v; want %s", tt.item, third.Step, outcome, err, tt.want)
			}
			if _, _, err := record(t, db, dan, tt.third); !problem.Is(err, problem.Conflict) {
				t.Errorf("%s: a fourth person: %v", tt.item, err)
			}
			if tt.want != OutcomeConfirmed {
				refusedProof(t, db, tt.item)
				continue
			}
			view(t, db, func(tx *sqldb.Tx) error {
				proof, err := TwoPeople(tx, tt.item)
				both := proof.Assessments()
				if got := string(both[0].User + " " + both[1].User); got != tt.users || proof.Item() != tt.item || strings.Contains(proof.Reasons(), "reports about") {
					t.Errorf("%s: proof of %q by %s: %q", tt.item, proof.Item(), got, proof.Reasons())
				}
				return err
			})
		}
	})
}

func TestWhatStandsBesideTheDecisionIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		in := terrorist("itm_1", "c")
		in.Factors, in.Language, in.Producer = []string{"wording", "context", "wording"}, "ar-eg", " Example Front "
		in.Behaviours, in.Tier = []string{"reposts", "outlinks"}, law.TierCrisis
		made, _, err := record(t, db, ann, in)
		if err != nil {
			t.Fatal(err)
		}
		pressing := terrorist("itm_1", "c")
		pressing.Tier = law.TierThreatToLife
		if _, _, err := record(t, db, bob, pressing); err != nil {
			t.Fatal(err)
		}
		view(t, db, func(tx *sqldb.Tx) error {
			list, err := Of(tx, "itm_1")
			if diff := cmp.Diff(made, list[0]); diff != "" {
				t.Error(diff)
			}
			want := made
			want.Factors, want.Language, want.Producer, want.Behaviours = []string{"context", "wording"}, "ar-EG", "Example Front", []string{"outlinks", "reposts"}
			if diff := cmp.Diff(want, made); diff != "" {
				t.Error(diff)
			}
			proof, err2 := TwoPeople(tx, "itm_1")
			if proof.Tier() != law.TierThreatToLife || err2 != nil {
				t.Errorf("tier %q, %v", proof.Tier(), err2)
			}
			events, _ := audit.History(tx, "itm_1")
			var verbs []string
			for _, e := range events {
				verbs = append(verbs, e.Verb)
			}
			if diff := cmp.Diff([]string{"assess.decided", "assess.decided", "assess.threat_to_life"}, verbs); diff != "" {
				t.Error(diff)
			}
			return err
		})
	})
}

func TestWhatMayNotStandBesideIt(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*New)
		wrong  string
	}{
		{"unknown factor", func(n *New) { n.Factors = []string{"mood"} }, "factors"},
		{"unknown behaviour", func(n *New) { n.Behaviours = []string{"sings"} }, "behaviours"},
		{"unknown tier", func(n *New) { n.Tier = "urgent" }, "tier"},
		{"a tier of what is harmless", func(n *New) { *n = harmless("itm_1"); n.Tier = law.TierCrisis }, "tier"},
		{"official material of nobody", func(n *New) { n.Tier = law.TierDesignation }, "designation"},
		{"unknown ideology", func(n *New) { n.Ideology = "extreme" }, "ideology"},
		{"no language", func(n *New) { n.Language = "klingon!" }, "language"},
		{"a producer that is too long", func(n *New) { n.Producer = strings.Repeat("x", maxProducer+1) }, "producer"},
		{"a producer with NUL", func(n *New) { n.Producer = "a\x00" }, "producer"},
	} {
		in := terrorist("itm_1", "a")
		tt.change(&in)
		_, err := checked(law.TCO(), in)
		if !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), "; "+tt.wrong+":") {
			t.Errorf("%s: %v, want field %s", tt.name, err, tt.wrong)
		}
	}
}
