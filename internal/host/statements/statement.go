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
	Facts             string   `json:"decision_facts"`
	Source            string   `json:"source_type"`
	SourceIdentity    string   `json:"source_identity,omitempty"`
	Detection         string   `json:"automated_detection"`
	Decision          string   `json:"automated_decision"`
	PUID              string   `json:"puid"`
}

// Values that this service uses.
const (
	Disabled          = "DECISION_VISIBILITY_CONTENT_DISABLED"
	Removed           = "DECISION_VISIBILITY_CONTENT_REMOVED"
	Illegal           = "DECISION_GROUND_ILLEGAL_CONTENT"
	Incompatible      = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
	PublicSecurity    = "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"
	TerroristContent  = "KEYWORD_TERRORIST_CONTENT"
	OtherNotification = "SOURCE_TYPE_OTHER_NOTIFICATION"
	Article16         = "SOURCE_ARTICLE_16"
	TrustedFlagger    = "SOURCE_TRUSTED_FLAGGER"
	Voluntary         = "SOURCE_VOLUNTARY"
	NotAutomated      = "AUTOMATED_DECISION_NOT_AUTOMATED"
)

func prefixed(prefix string, words string) []string {
	var out []string
	for _, w := range strings.Fields(words) {
		out = append(out, prefix+w)
	}
	return out
}

// The lists of the database.
var (
	visibilities = append(prefixed("DECISION_VISIBILITY_CONTENT_", "REMOVED DISABLED DEMOTED AGE_RESTRICTED INTERACTION_RESTRICTED LABELLED"), "DECISION_VISIBILITY_OTHER")
	monetaries   = prefixed("DECISION_MONETARY_", "SUSPENSION TERMINATION OTHER")
	provisions   = prefixed("DECISION_PROVISION_", "PARTIAL_SUSPENSION PARTIAL_TERMINATION TOTAL_SUSPENSION TOTAL_TERMINATION")
	accounts     = prefixed("DECISION_ACCOUNT_", "SUSPENDED TERMINATED")
	accountTypes = prefixed("ACCOUNT_TYPE_", "BUSINESS PRIVATE")
	grounds      = []string{Illegal, Incompatible}
	contentTypes = prefixed("CONTENT_TYPE_", "APP AUDIO IMAGE PRODUCT SYNTHETIC_MEDIA TEXT VIDEO OTHER")
	sources      = []string{Article16, TrustedFlagger, Voluntary, OtherNotification}
	decisions    = prefixed("AUTOMATED_DECISION_", "FULLY PARTIALLY NOT_AUTOMATED")
	yesNo        = []string{"Yes", "No"}
	categories   = prefixed("STATEMENT_CATEGORY_", "ANIMAL_WELFARE CONSUMER_INFORMATION CYBER_VIOLENCE CYBER_VIOLENCE_AGAINST_WOMEN "+
		"DATA_PROTECTION_AND_PRIVACY_VIOLATIONS ILLEGAL_OR_HARMFUL_SPEECH INTELLECTUAL_PROPERTY_INFRINGEMENTS NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS "+
		"NOT_SPECIFIED_NOTICE OTHER_VIOLATION_TC PROTECTION_OF_MINORS RISK_FOR_PUBLIC_SECURITY SCAMS_AND_FRAUD SELF_HARM UNSAFE_AND_PROHIBITED_PRODUCTS VIOLENCE")
	// Territories are the member states, and those of the European Economic Area.
	Territories = strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK")
)

var isPUID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,500}$`)
var isKeyword = regexp.MustCompile(`^KEYWORD_[A-Z_]+$`)

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
	for _, k := range s.Specification {
		if !isKeyword.MatchString(k) {
			c.add("category_specification", k+" is none of its keywords")
		}
	}
	c.text("category_specification_other", s.SpecificationElse, 500)
	if len(s.Territory) == 0 {
		c.add("territorial_scope", "it is needed")
	}
	c.list("territorial_scope", s.Territory, Territories)
	if l := s.ContentLanguage; l != "" && (len(l) != 2 || strings.Trim(l, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		c.add("content_language", "it is two capital letters of ISO 639-1")
	}
	c.day("content_date", s.ContentDate, 2000, true)
	c.day("application_date", s.ApplicationDate, 2020, true)
	c.day("end_date_visibility_restriction", s.EndVisibility, 2020, false)
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
		c.add(path, value+" is none of "+strings.Join(of, ", "))
	}
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
