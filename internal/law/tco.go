package law

import "time"

// The tiers.
const (
	TierThreatToLife = "threat_to_life"
	TierCrisis       = "crisis"
	TierDesignation  = "designation"
	TierPromotional  = "promotional"
)

// editions are all versions, newest first. Each call makes them anew, so nobody can
// change the law for the others.
func editions() []Edition { return []Edition{tco2021()} }

// tco2021 is the regulation as adopted on 29 April 2021 (OJ L 172, 17.5.2021, p. 79).
func tco2021() Edition {
	return Edition{
		CELEX:   "32021R0784",
		Title:   "Regulation (EU) 2021/784",
		ELI:     "http://data.europa.eu/eli/reg/2021/784/oj",
		Applies: time.Date(2022, time.June, 7, 0, 0, 0, 0, time.UTC),
		Limbs: []Limb{
			{"a", "Article 2(7)(a)", "incites the commission of a terrorist offence, directly or by advocating it, for example by glorifying terrorist acts, and so causes a danger that one is committed"},
			{"b", "Article 2(7)(b)", "solicits a person or a group to commit a terrorist offence or to contribute to one"},
			{"c", "Article 2(7)(c)", "solicits a person or a group to take part in the activities of a terrorist group"},
			{"d", "Article 2(7)(d)", "gives instruction on making or using explosives, firearms, other weapons or noxious or hazardous substances, or on other methods or techniques, for the purpose of a terrorist offence"},
			{"e", "Article 2(7)(e)", "constitutes a threat to commit a terrorist offence"},
		},
		Purposes: []Purpose{
			{"education", "Article 1(3)", "disseminated to the public for an educational purpose"},
			{"journalism", "Article 1(3)", "disseminated to the public for a journalistic purpose; where the content provider has editorial responsibility, journalistic standards count (recital 12)"},
			{"art", "Article 1(3)", "disseminated to the public for an artistic purpose"},
			{"research", "Article 1(3)", "disseminated to the public for a research purpose"},
			{"counter_terrorism", "Article 1(3)", "disseminated to prevent or to counter terrorism"},
			{"public_debate", "Article 1(3)", "expresses polemic or controversial views in the course of public debate"},
		},
		Factors: []Factor{
			{"wording", "recital 11", "the nature and the wording of what is said"},
			{"context", "recital 11", "the context in which it is said"},
			{"harm", "recital 11", "its potential to lead to harmful consequences for the security and safety of persons"},
			{"listed_producer", "recital 11", "it was produced by, is attributable to or is disseminated on behalf of a person, group or entity on the Union's list; an important factor"},
		},
		Tiers: []Tier{
			{TierThreatToLife, "Article 14(5)", "an imminent threat to life; the authorities of the member states concerned are told promptly"},
			{TierCrisis, "recital 17", "content of an attack that goes on or has just happened; it can justify an emergency under Article 3(2)"},
			{TierDesignation, "recital 11", "official material of a designated person, group or entity"},
			{TierPromotional, "Article 2(7)", "unofficial material in support of them, without threat or crisis"},
		},
	}
}
