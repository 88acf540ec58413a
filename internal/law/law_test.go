package law

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/problem"
)

func TestEveryRuleHasItsArticleAndText(t *testing.T) {
	e := TCO()
	var letters, names []string
	for _, l := range e.Limbs {
		letters = append(letters, l.Letter)
		if l.Article != "Article 2(7)("+l.Letter+")" || l.Text == "" {
			t.Errorf("limb %+v", l)
		}
	}
	for _, p := range e.Purposes {
		names = append(names, p.Name)
		if p.Article != "Article 1(3)" || p.Text == "" {
			t.Errorf("purpose %+v", p)
		}
	}
	for _, f := range e.Factors {
		if got, ok := e.Factor(f.Name); !ok || got != f || f.Article != "recital 11" || f.Text == "" {
			t.Errorf("factor %+v", f)
		}
	}
	tiers := []string{}
	for _, tier := range e.Tiers {
		tiers = append(tiers, tier.Name)
		if got, ok := e.Tier(tier.Name); !ok || got != tier || tier.Article == "" || tier.Text == "" {
			t.Errorf("tier %+v", tier)
		}
	}
	if diff := cmp.Diff([]string{TierThreatToLife, TierCrisis, TierDesignation, TierPromotional}, tiers); diff != "" || len(e.Factors) != 4 {
		t.Errorf("%d factors, tiers %s", len(e.Factors), diff)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, letters); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"education", "journalism", "art", "research", "counter_terrorism", "public_debate"}, names); diff != "" {
		t.Error(diff)
	}
	if slices.Contains(names, NoPurpose) {
		t.Error("none must not be a protected purpose")
	}
}

func TestEditionsCanBeFoundAndNotChanged(t *testing.T) {
	e := TCO()
	if again, ok := ByCELEX(e.CELEX); !ok || again.Title != e.Title || !strings.Contains(again.ELI, "2021/784") {
		t.Errorf("by CELEX %s: %v %+v", e.CELEX, ok, again)
	}
	if _, ok := ByCELEX("3"); ok {
		t.Error("an unknown CELEX number found an edition")
	}
	e.Limbs[0].Letter = "z"
	if _, ok := TCO().Limb("a"); !ok {
		t.Error("one caller changed the law for the others")
	}
}

func TestCheckLimbs(t *testing.T) {
	for _, tt := range []struct {
		in, want []string
		bad      bool
	}{
		{nil, nil, false},
		{[]string{"e", "a", "e"}, []string{"a", "e"}, false},
		{[]string{"a", "f"}, nil, true},
		{[]string{"A"}, nil, true},
		{[]string{""}, nil, true},
	} {
		got, err := TCO().CheckLimbs(tt.in)
		if problem.Is(err, problem.Invalid) != tt.bad || !slices.Equal(got, tt.want) {
			t.Errorf("CheckLimbs(%q) = %q, %v", tt.in, got, err)
		}
	}
}

func TestCheckPurpose(t *testing.T) {
	for name, ok := range map[string]bool{NoPurpose: true, "art": true, "public_debate": true, "": false, "Art": false, "fun": false} {
		if err := TCO().CheckPurpose(name); (err == nil) != ok || (err != nil && !problem.Is(err, problem.Invalid)) {
			t.Errorf("CheckPurpose(%q) = %v", name, err)
		}
	}
}
