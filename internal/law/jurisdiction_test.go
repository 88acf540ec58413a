package law

import "testing"

func TestJurisdictionOver(t *testing.T) {
	for _, tt := range []struct{ establishment, representative, want, article string }{
		{"IE", "", "IE", "16(1)"},
		{"IE", "FR", "IE", "16(1)"}, // the main establishment goes before
		{"US", "FR", "FR", "16(1)"},
		{"US", "", "", "16(2)"},
		{"", "", "", "16(2)"},
		{"US", "CH", "", "16(2)"}, // Switzerland is no member state
	} {
		got := JurisdictionOver(tt.establishment, tt.representative)
		if got.State != tt.want || got.Article != tt.article || got.All() != (tt.want == "") || got.Text == "" {
			t.Errorf("%q, %q: %+v, want %q by Article %s", tt.establishment, tt.representative, got, tt.want, tt.article)
		}
	}
	if len(MemberStates()) != 27 {
		t.Errorf("%d member states", len(MemberStates()))
	}
}
