// Package statements makes statements of reasons in the schema of the DSA Transparency Database
// (Article 24(5) of Regulation (EU) 2022/2065, API of 1 July 2025) and keeps what became of them.
//
// A statement is checked here by the rules of the database itself, field by field, so that
// nothing is sent that would come back. It holds no personal data: facts are written from a
// template, and the content's link and the account's name are not among its fields.
//
// A removal order under Regulation (EU) 2021/784 has no source type of its own. The database's
// documentation has orders of authorities that are not given under Article 9 of the Digital
// Services Act come as SOURCE_TYPE_OTHER_NOTIFICATION, and so do voluntary referrals.
package statements

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/problem"
)

// Statement is one statement of reasons as the database takes it.
type Statement struct {
	Visibility        []string `json:"decision_visibility,omitempty"`
	VisibilityOther   string   `json:"decision_visibility_other,omitempty"`
	Monetary          string   `json:"decision_monetary,omitempty"`
	MonetaryOther     string   `json:"decision_monetary_other,omitempty"`
	Provision         string   `json:"decision_provision,omitempty"`
	Account           string   `json:"decision_account,omitempty"`
	AccountType       string   `json:"account_type,omitempty"`
	Ground            string   `json:"decision_ground"`
	GroundURL         string   `json:"decision_ground_reference_url,omitempty"`
	LegalGround       string   `json:"illegal_content_legal_ground,omitempty"`
	LegalExplanation  string   `json:"illegal_content_explanation,omitempty"`
	TermsGround       string   `json:"incompatible_content_ground,omitempty"`
	TermsExplanation  string   `json:"incompatible_content_explanation,omitempty"`
	TermsIllegal      string   `json:"incompatible_content_illegal,omitempty"`
	ContentType       []string `json:"content_type"`
	ContentTypeOther  string   `json:"content_type_other,omitempty"`
	Category          string   `json:"category"`
	CategoryAddition  []string `json:"category_addition,omitempty"`
	Specification     []string `json:"category_specification,omitempty"`
	SpecificationElse string   `json:"category_specification_other,omitempty"`
	Territory         []string `json:"territorial_scope"`
	ContentLanguage   string   `json:"content_language,omitempty"`
	ContentDate       string   `json:"content_date"`
	ApplicationDate   string   `json:"application_date"`
	EndVisibility     string   `json:"end_date_visibility_restriction,omitempty"`
	EndMonetary       string   `json:"end_date_monetary_restriction,omitempty"`
	EndService        string   `json:"end_date_service_restriction,omitempty"`
	EndAccount        string   `json:"end_date_account_restriction,omitempty"`
	Facts             string   `json:"decision_facts"`
	Source            string   `json:"source_type"`
	SourceIdentity    string   `json:"source_identity,omitempty"`
	Detection         string   `json:"automated_detection"`
	Decision          string   `json:"automated_decision"`
	PUID              string   `json:"puid"`
}

var isPUID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,500}$`)

// Check reports every field that the database would refuse.
func (s Statement) Check() (fields []problem.Field) {
	c := checks{}
	c.list("decision_visibility", s.Visibility, visibilities)
	c.one("decision_monetary", s.Monetary, monetaries)
	c.one("decision_provision", s.Provision, provisions)
	c.one("decision_account", s.Account, accounts)
	c.one("account_type", s.AccountType, accountTypes)
	if len(s.Visibility) == 0 && s.Monetary == "" && s.Provision == "" && s.Account == "" {
		c.add("decision_visibility", "one of decision_visibility, decision_monetary, decision_provision and decision_account is needed")
	}
	c.when("decision_visibility_other", s.VisibilityOther, slices.Contains(s.Visibility, "DECISION_VISIBILITY_OTHER"), 500)
	c.when("decision_monetary_other", s.MonetaryOther, s.Monetary == "DECISION_MONETARY_OTHER", 500)
	c.needed("decision_ground", s.Ground)
	c.one("decision_ground", s.Ground, grounds)
	c.when("illegal_content_legal_ground", s.LegalGround, s.Ground == Illegal, 500)
	c.when("illegal_content_explanation", s.LegalExplanation, s.Ground == Illegal, 2000)
	c.when("incompatible_content_ground", s.TermsGround, s.Ground == Incompatible, 500)
	c.when("incompatible_content_explanation", s.TermsExplanation, s.Ground == Incompatible, 2000)
	c.one("incompatible_content_illegal", s.TermsIllegal, yesNo)
	c.text("decision_ground_reference_url", s.GroundURL, 500)
	s.checkContent(&c)
	s.checkSource(&c)
	return c.fields
}

func (s Statement) checkContent(c *checks) {
	if len(s.ContentType) == 0 {
		c.add("content_type", "it is needed")
	}
	c.list("content_type", s.ContentType, contentTypes)
	c.when("content_type_other", s.ContentTypeOther, slices.Contains(s.ContentType, "CONTENT_TYPE_OTHER"), 500)
	c.needed("category", s.Category)
	c.one("category", s.Category, categories)
	c.list("category_addition", s.CategoryAddition, categories)
	c.list("category_specification", s.Specification, keywords)
	if !slices.Contains(s.Specification, OtherKeyword) && s.SpecificationElse != "" {
		c.add("category_specification_other", "it belongs to "+OtherKeyword+", which is not among the keywords")
	}
	c.text("category_specification_other", s.SpecificationElse, 500)
	if len(s.Territory) == 0 {
		c.add("territorial_scope", "it is needed")
	}
	c.list("territorial_scope", s.Territory, Territories)
	if l := s.ContentLanguage; l != "" && !slices.Contains(languages, l) {
		c.add("content_language", "it is two capital letters of ISO 639-1, of a language that the database knows")
	}
	c.day("content_date", s.ContentDate, 2000, true)
	c.day("application_date", s.ApplicationDate, 2020, true)
	for _, end := range []struct{ path, day string }{{"end_date_visibility_restriction", s.EndVisibility}, {"end_date_monetary_restriction", s.EndMonetary},
		{"end_date_service_restriction", s.EndService}, {"end_date_account_restriction", s.EndAccount}} {
		c.day(end.path, end.day, 2020, false)
		if end.day != "" && end.day < s.ApplicationDate {
			c.add(end.path, "it is before the application_date")
		}
	}
}

func (s Statement) checkSource(c *checks) {
	c.needed("decision_facts", s.Facts)
	c.text("decision_facts", s.Facts, 5000)
	c.needed("source_type", s.Source)
	c.one("source_type", s.Source, sources)
	c.text("source_identity", s.SourceIdentity, 500)
	if s.Source == Voluntary && s.SourceIdentity != "" {
		c.add("source_identity", "what the service did of its own motion has no other source")
	}
	c.needed("automated_detection", s.Detection)
	c.one("automated_detection", s.Detection, yesNo)
	c.needed("automated_decision", s.Decision)
	c.one("automated_decision", s.Decision, decisions)
	if !isPUID.MatchString(s.PUID) {
		c.add("puid", "it is 1 to 500 letters, digits, hyphens and underscores")
	}
	for name, text := range map[string]string{"decision_facts": s.Facts, "illegal_content_explanation": s.LegalExplanation, "incompatible_content_explanation": s.TermsExplanation} {
		if personal(text) {
			c.add(name, "it looks as if it held personal data: an address of mail, a link or an account")
		}
	}
}

var personalMarks = regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w|https?://|(?:^|\s)@\w{2,}`)

// personal reports whether a text holds what names a person: an e-mail address, a link to an
// account, a handle.
func personal(text string) bool { return personalMarks.MatchString(text) }

type checks struct{ fields []problem.Field }

func (c *checks) add(path, why string) {
	c.fields = append(c.fields, problem.Field{Path: path, Message: why})
}

func (c *checks) needed(path, value string) {
	if value == "" {
		c.add(path, "it is needed")
	}
}

func (c *checks) one(path, value string, of []string) {
	if value != "" && !slices.Contains(of, value) {
		c.add(path, value+" is none of "+listed(of))
	}
}

// listed names the values of a short list, and how many a long one has.
func listed(of []string) string {
	if len(of) <= 10 {
		return strings.Join(of, ", ")
	}
	return "the " + strconv.Itoa(len(of)) + " values that the database knows, such as " + strings.Join(of[:3], ", ")
}

func (c *checks) list(path string, values, of []string) {
	for i, v := range values {
		c.one(path, v, of)
		if slices.Contains(values[:i], v) {
			c.add(path, v+" stands twice")
		}
	}
}

func (c *checks) text(path, value string, longest int) {
	if utf8.RuneCountInString(value) > longest {
		c.add(path, "it is too long")
	}
}

// when is a text that is needed under a condition, and refused without it.
func (c *checks) when(path, value string, needed bool, longest int) {
	switch {
	case needed && value == "":
		c.add(path, "it is needed")
	case !needed && value != "":
		c.add(path, "it does not belong to this decision")
	}
	c.text(path, value, longest)
}

func (c *checks) day(path, value string, from int, needed bool) {
	if value == "" {
		if needed {
			c.add(path, "it is needed")
		}
		return
	}
	if day, err := time.Parse(time.DateOnly, value); err != nil || day.Year() < from || day.Year() > 2038 {
		c.add(path, "it is a day such as 2026-11-28, not before "+time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
}
