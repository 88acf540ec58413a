package statements

import (
	"slices"
	"strings"
	"testing"
)

func sound() Statement {
	return Statement{PUID: "cas_1-1", Visibility: []string{Disabled}, Ground: Illegal, LegalGround: "law", LegalExplanation: "why", ContentType: []string{"CONTENT_TYPE_TEXT"},
		Category: PublicSecurity, Specification: []string{TerroristContent}, Territory: []string{"IE", "NO"}, ContentDate: "2026-10-25", ApplicationDate: "2026-10-25",
		Facts: "facts", Source: OtherNotification, Detection: "No", Decision: NotAutomated}
}

// TestEveryRuleOfTheDatabase breaks one rule at a time; the checker names that field and no other.
func TestEveryRuleOfTheDatabase(t *testing.T) {
	if f := sound().Check(); len(f) > 0 {
		t.Fatalf("a sound statement: %v", f)
	}
	for path, spoil := range map[string]func(*Statement){
		"decision_visibility":              func(s *Statement) { s.Visibility = nil },
		"decision_visibility_other":        func(s *Statement) { s.Visibility = []string{"DECISION_VISIBILITY_OTHER"} },
		"decision_monetary":                func(s *Statement) { s.Monetary = "SOME" },
		"decision_monetary_other":          func(s *Statement) { s.MonetaryOther = "x" },
		"decision_provision":               func(s *Statement) { s.Provision = "SOME" },
		"decision_account":                 func(s *Statement) { s.Account = "SOME" },
		"account_type":                     func(s *Statement) { s.AccountType = "SOME" },
		"decision_ground":                  func(s *Statement) { s.Ground, s.LegalGround, s.LegalExplanation = "", "", "" },
		"illegal_content_legal_ground":     func(s *Statement) { s.LegalGround = strings.Repeat("x", 501) },
		"illegal_content_explanation":      func(s *Statement) { s.LegalExplanation = strings.Repeat("x", 2001) },
		"incompatible_content_ground":      func(s *Statement) { s.TermsGround = "terms" },
		"incompatible_content_explanation": func(s *Statement) { s.TermsExplanation = "terms" },
		"incompatible_content_illegal":     func(s *Statement) { s.TermsIllegal = "yes" },
		"decision_ground_reference_url":    func(s *Statement) { s.GroundURL = strings.Repeat("x", 501) },
		"content_type":                     func(s *Statement) { s.ContentType = nil },
		"content_type_other":               func(s *Statement) { s.ContentType = []string{"CONTENT_TYPE_OTHER"} },
		"category":                         func(s *Statement) { s.Category = "STATEMENT_CATEGORY_SOME" },
		"category_addition":                func(s *Statement) { s.CategoryAddition = []string{"SOME"} },
		"category_specification":           func(s *Statement) { s.Specification = []string{"KEYWORD_DANGEROUS_TOYS"} }, // until July 2025
		"category_specification_other":     func(s *Statement) { s.SpecificationElse = "something" },
		"end_date_monetary_restriction":    func(s *Statement) { s.EndMonetary = "2026-10-24" }, // before it applies
		"end_date_service_restriction":     func(s *Statement) { s.EndService = "26-10-30" },
		"end_date_account_restriction":     func(s *Statement) { s.EndAccount = "2039-01-01" },
		"territorial_scope":                func(s *Statement) { s.Territory = []string{"UK"} },
		"content_language":                 func(s *Statement) { s.ContentLanguage = "XX" },
		"content_date":                     func(s *Statement) { s.ContentDate = "1999-12-31" },
		"application_date":                 func(s *Statement) { s.ApplicationDate = "2019-12-31" },
		"end_date_visibility_restriction":  func(s *Statement) { s.EndVisibility = "soon" },
		"decision_facts":                   func(s *Statement) { s.Facts = strings.Repeat("x", 5001) },
		"source_type":                      func(s *Statement) { s.Source = "SOURCE_ORDER" },
		"source_identity":                  func(s *Statement) { s.Source, s.SourceIdentity = Voluntary, "somebody" },
		"automated_detection":              func(s *Statement) { s.Detection = "" },
		"automated_decision":               func(s *Statement) { s.Decision = "" },
		"puid":                             func(s *Statement) { s.PUID = "a b" },
	} {
		s := sound()
		spoil(&s)
		var found []string
		for _, f := range s.Check() {
			found = append(found, f.Path)
		}
		if !slices.Equal(slices.Compact(found), []string{path}) {
			t.Errorf("%s: the checker names %v", path, found)
		}
	}
}

// TestNoPersonalData: what names a person is found in the texts.
func TestNoPersonalData(t *testing.T) {
	for _, text := range []string{"The user anna@mail.example said so.", "See https://clips.example/u/7", "Posted by @anna_7 yesterday"} {
		s := sound()
		s.Facts = text
		if f := s.Check(); len(f) != 1 || f[0].Path != "decision_facts" {
			t.Errorf("%q: %v", text, f)
		}
	}
}

// TestTheListsAreThoseOfTheDatabase: as many values as its documentation has, none twice, none of
// those that went in July 2025; what this service sends is among them.
func TestTheListsAreThoseOfTheDatabase(t *testing.T) {
	for field, n := range map[string]int{"category_specification": 69, "category": 16, "content_type": 8, "decision_visibility": 7, "source_type": 4, "automated_decision": 3, "territorial_scope": 30, "content_language": 184} {
		list := Options(field)
		slices.Sort(list)
		if len(list) != n || len(slices.Compact(list)) != n {
			t.Errorf("%s has %d values, of them %d different; the database has %d", field, len(list), len(slices.Compact(list)), n)
		}
	}
	for _, old := range []string{"KEYWORD_DISINFORMATION", "KEYWORD_MISINFORMATION", "KEYWORD_ONLINE_BULLYING_INTIMIDATION", "KEYWORD_INSUFFICIENT_INFORMATION_TRADERS", "KEYWORD_REGULATED_GOODS_SERVICES", "STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS", "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"} {
		if slices.Contains(Options("category_specification"), old) || slices.Contains(Options("category"), old) {
			t.Errorf("%s is refused since July 2025", old)
		}
	}
	s := sound()
	s.Specification = append(s.Specification, OtherKeyword)
	s.SpecificationElse, s.ContentLanguage, s.EndVisibility = "something", "EL", "2026-10-25"
	if f := s.Check(); len(f) > 0 {
		t.Errorf("a sound statement: %v", f)
	}
}
