package assess

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// maxReasons is how long a text may be, in characters. With all texts at their longest,
// and every character escaped, the event still fits into an entry of the audit log.
const maxReasons = 5_000

// checked returns the decision with its limbs in order, or says all that is wrong with it.
func checked(edition law.Edition, in New) (New, error) {
	var wrong []problem.Field
	report := func(path, message string) { wrong = append(wrong, problem.Field{Path: path, Message: message}) }

	if in.Item == "" {
		report("item_id", "name the item")
	}
	limbs, err := edition.CheckLimbs(in.Limbs)
	if err != nil {
		report("limbs", problem.Message(err))
	}
	if err := edition.CheckPurpose(in.Purpose); err != nil {
		report("purpose", problem.Message(err))
	} else if message := contradiction(in); message != "" {
		report("decision", message)
	}
	if in.Confidence < 0 || in.Confidence > 100 {
		report("confidence", "give per cent, 0 to 100")
	}
	if message := prose(in.PurposeReasons); message != "" {
		report("purpose_reasons", message)
	}
	if message := prose(in.Reasons); message != "" {
		report("reasons", message)
	}
	in = in.checkRest(edition, report)
	if wrong != nil {
		return in, &problem.Error{Kind: problem.Invalid, Message: "the assessment is not complete; correct the fields that are named", Fields: wrong}
	}
	in.Limbs = limbs
	return in, nil
}

// contradiction says why a decision does not follow from its findings: material is
// terrorist content if it falls under a limb (Article 2(7)) and no protected purpose
// applies (Article 1(3)), and only then.
func contradiction(in New) string {
	protected := in.Purpose != law.NoPurpose
	switch in.Decision {
	case Terrorist:
		if protected {
			return "what serves a protected purpose is not terrorist content (Article 1(3)); decide not_terrorist, or find no protected purpose"
		}
		if len(in.Limbs) == 0 {
			return "terrorist content falls under at least one limb of Article 2(7); name it"
		}
	case NotTerrorist:
		if !protected && len(in.Limbs) > 0 {
			return "what falls under a limb of Article 2(7) and serves no protected purpose is terrorist content; drop the limbs, or name the purpose"
		}
	default:
		return "decide terrorist or not_terrorist"
	}
	return ""
}

// prose says what is wrong with a text that gives reasons.
func prose(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "give the reasons"
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return "write plain text; it has bytes that are no characters"
	case utf8.RuneCountInString(s) > maxReasons:
		return "shorten it to 5,000 characters"
	}
	return ""
}

// maxProducer is how long the name of a producer may be, in characters.
const maxProducer = 500

// checkRest looks at what stands beside the decision. Each of it may be missing; what is there
// must make sense.
func (in New) checkRest(edition law.Edition, report func(path, message string)) New {
	var ok bool
	if in.Factors, ok = known(in.Factors, func(f string) bool { _, ok := edition.Factor(f); return ok }); !ok {
		report("factors", "name the factors of recital 11 that counted: "+names(edition.Factors, func(f law.Factor) string { return f.Name }))
	}
	if in.Behaviours, ok = known(in.Behaviours, law.IsBehaviour); !ok {
		report("behaviours", "choose among "+names(law.Behaviours(), func(b law.Behaviour) string { return b.Name }))
	}
	if _, ok = edition.Tier(in.Tier); !ok && in.Tier != "" {
		report("tier", "choose one of "+names(edition.Tiers, func(t law.Tier) string { return t.Name })+", or none")
	}
	if in.Ideology != "" && !law.IsIdeology(in.Ideology) {
		report("ideology", "choose among "+names(law.Ideologies(), func(i law.Ideology) string { return i.Name })+", or leave it out")
	}
	switch {
	case in.Tier != "" && in.Decision == NotTerrorist:
		report("tier", "what is not terrorist content has no tier; leave it out")
	case in.Tier == law.TierDesignation && in.Entity == "":
		report("designation", "official material of a designated entity names its entry on a list; look it up")
	}
	if in.Language = strings.TrimSpace(in.Language); in.Language != "" {
		tag, err := language.Parse(in.Language)
		if err != nil || tag == language.Und {
			report("language", "give a language tag such as ar or pt-BR")
		} else {
			in.Language = tag.String()
		}
	}
	in.Producer = strings.TrimSpace(in.Producer)
	if utf8.RuneCountInString(in.Producer) > maxProducer || !utf8.ValidString(in.Producer) || strings.ContainsRune(in.Producer, 0) {
		report("producer", "give a name in plain text, of at most 500 characters")
	}
	return in
}

// known drops repeated names, and reports whether all of them are good.
func known(list []string, good func(string) bool) (out []string, ok bool) {
	ok = true
	for _, name := range list {
		ok = ok && good(name)
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, ok
}

func names[T any](list []T, name func(T) string) string {
	var all []string
	for _, v := range list {
		all = append(all, name(v))
	}
	return strings.Join(all, ", ")
}
