// Package law holds the legal texts that decisions are taken under, as data.
//
// A decision cites a rule by a short name (a letter, a word), and must still be readable
// years later, when the rule has changed. So every set of rules is an Edition with the
// CELEX number of the text it was taken from, every rule carries its article, and an
// edition that has been used is never edited: an amended text becomes a further edition.
//
// What stands here paraphrases the law for the person at the desk. Only the text in the
// Official Journal is authentic; Edition.ELI leads there.
package law

import (
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/problem"
)

// Edition is one version of Regulation (EU) 2021/784 on addressing the dissemination of
// terrorist content online.
type Edition struct {
	CELEX    string    // names the version; stored with every assessment
	Title    string    // how letters cite it
	ELI      string    // where the authentic text is
	Applies  time.Time // first day on which it applies (Article 24)
	Limbs    []Limb
	Purposes []Purpose
	Factors  []Factor
	Tiers    []Tier
}

// Limb is one of the five ways in which material is terrorist content.
type Limb struct {
	Letter  string // a to e
	Article string
	Text    string
}

// Purpose is one for which material is disseminated without being terrorist content.
type Purpose struct {
	Name    string
	Article string
	Text    string
}

// Factor is one thing that whoever assesses takes into account.
type Factor struct {
	Name    string
	Article string
	Text    string
}

// Tier says how pressing a finding is; they stand the most pressing first. The Regulation has no
// such ranks: the names are those of the trade, the article is what it attaches to each.
type Tier struct {
	Name    string
	Article string
	Text    string
}

// NoPurpose is the finding that no protected purpose applies. It is a finding like any
// other and needs reasons, because Article 1(3) asks for the true purpose to be determined.
const NoPurpose = "none"

// TCO is the edition that new decisions are taken under.
func TCO() Edition { return editions()[0] }

// ByCELEX is the edition that an earlier decision was taken under.
func ByCELEX(celex string) (Edition, bool) {
	return find(editions(), func(e Edition) bool { return e.CELEX == celex })
}

// Limb finds a limb by its letter.
func (e Edition) Limb(letter string) (Limb, bool) {
	return find(e.Limbs, func(l Limb) bool { return l.Letter == letter })
}

// Purpose finds a protected purpose by its name; NoPurpose is none of them.
func (e Edition) Purpose(name string) (Purpose, bool) {
	return find(e.Purposes, func(p Purpose) bool { return p.Name == name })
}

// Factor finds an assessment factor by its name.
func (e Edition) Factor(name string) (Factor, bool) {
	return find(e.Factors, func(f Factor) bool { return f.Name == name })
}

// Tier finds a tier by its name.
func (e Edition) Tier(name string) (Tier, bool) {
	return find(e.Tiers, func(t Tier) bool { return t.Name == name })
}

func find[T any](list []T, is func(T) bool) (found T, ok bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	return found, false
}

// CheckLimbs returns the letters in the order of the article, each once; never nil.
func (e Edition) CheckLimbs(letters []string) ([]string, error) {
	for _, letter := range letters {
		if _, ok := e.Limb(letter); !ok {
			return nil, problem.New(problem.Invalid, "%.20q is no limb of Article 2(7); use the letters a to e", letter)
		}
	}
	sorted := append([]string{}, letters...)
	slices.Sort(sorted)
	return slices.Compact(sorted), nil
}

// CheckPurpose accepts the name of a protected purpose, and NoPurpose.
func (e Edition) CheckPurpose(name string) error {
	if _, ok := e.Purpose(name); ok || name == NoPurpose {
		return nil
	}
	names := []string{NoPurpose}
	for _, p := range e.Purposes {
		names = append(names, p.Name)
	}
	return problem.New(problem.Invalid, "%.40q is no protected purpose of Article 1(3); use one of %s", name, strings.Join(names, ", "))
}
