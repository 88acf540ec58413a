package transparency

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
)

// TestAnOldLogIsRead: the log is never rewritten, so events stand in it as earlier versions wrote
// them: of the items of a notice without their limbs, of what was taken out without its figures.
func TestAnOldLogIsRead(t *testing.T) {
	l := logged{noFacts(), map[string]*Handed{}, map[string]map[id.Item][]string{}, map[string]*Order{}}
	for _, e := range []audit.Event{
		{Verb: "notice.drafted", Subject: "ntc_1", Detail: []byte(`{"track":"article16","platform_id":"plf_1","items":2,"hosts":{"clips.example":2},"limbs":{"a":2}}`)},
		{Verb: "notice.holds", Subject: "ntc_1", Detail: []byte(`{"items":["itm_1","itm_2"]}`)},
		{Verb: "refer.taken_out", Subject: "itm_3", Detail: []byte(`{"referral":"ref_1","reference":"AR-1","rule":"hold"}`)},
		{Verb: "notice.approved", Subject: "ntc_1"},
	} {
		if err := l.take(e); err != nil {
			t.Errorf("%s: %v", e.Verb, err)
		}
	}
	got := l.Handed["ntc_1"]
	if got == nil || got.Items != 2 || len(got.Types) != 0 {
		t.Errorf("the notice is %+v", got)
	} else if diff := cmp.Diff(map[string]int{"a": 2}, got.Limbs); diff != "" {
		t.Error(diff)
	}
}
