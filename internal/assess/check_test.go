package assess

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

func TestChecked(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*New)
		wrong  string // field; empty: nothing
	}{
		{"complete", func(*New) {}, ""},
		{"no item", func(n *New) { n.Item = "" }, "item_id"},
		{"no decision", func(n *New) { n.Decision = "" }, "decision"},
		{"no limb", func(n *New) { n.Limbs = nil }, "decision"},
		{"unknown limb", func(n *New) { n.Limbs = []string{"x"} }, "limbs"},
		{"terrorist with a protected purpose", func(n *New) { n.Purpose = "art" }, "decision"},
		{"unknown purpose", func(n *New) { n.Purpose = "fun" }, "purpose"},
		{"no purpose test", func(n *New) { n.PurposeReasons = " \n" }, "purpose_reasons"},
		{"no reasons", func(n *New) { n.Reasons = "" }, "reasons"},
		{"reasons too long", func(n *New) { n.Reasons = strings.Repeat("ж", maxReasons+1) }, "reasons"},
		{"reasons as long as may be", func(n *New) { n.Reasons = strings.Repeat("ж", maxReasons) }, ""},
		{"NUL", func(n *New) { n.Reasons = "a\x00b" }, "reasons"},
		{"no UTF-8", func(n *New) { n.PurposeReasons = "a\xff" }, "purpose_reasons"},
		{"under 0", func(n *New) { n.Confidence = -1 }, "confidence"},
		{"over 100", func(n *New) { n.Confidence = 101 }, "confidence"},
		{"harmless with a limb and no purpose", func(n *New) { n.Decision = NotTerrorist }, "decision"},
		{"harmless for its purpose", func(n *New) { n.Decision, n.Purpose = NotTerrorist, "research" }, ""},
		{"harmless under no limb", func(n *New) { n.Decision, n.Limbs = NotTerrorist, nil }, ""},
	} {
		in := terrorist("itm_1", "d", "a", "d")
		tt.change(&in)
		got, err := checked(law.TCO(), in)
		if tt.wrong == "" {
			if err != nil || len(in.Limbs) > 0 && !slices.Equal(got.Limbs, []string{"a", "d"}) {
				t.Errorf("%s: limbs %q, %v", tt.name, got.Limbs, err)
			}
			continue
		}
		var e *problem.Error
		if !errors.As(err, &e) || e.Kind != problem.Invalid || len(e.Fields) != 1 || e.Fields[0].Path != tt.wrong {
			t.Errorf("%s: %v, want field %s", tt.name, err, tt.wrong)
		}
	}
}
