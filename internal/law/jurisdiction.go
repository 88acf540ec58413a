package law

// Jurisdiction says which member state is competent for a hosting service, Article 16.
type Jurisdiction struct {
	State   string // empty: every member state, Article 16(2)
	Article string
	Text    string // what follows from it for a removal order
}

// All reports whether every member state has jurisdiction.
func (j Jurisdiction) All() bool { return j.State == "" }

// JurisdictionOver finds it from the country of the main establishment and the member state of
// the legal representative (Article 17), either of them empty where there is none.
func JurisdictionOver(establishment, representative string) Jurisdiction {
	switch {
	case IsMemberState(establishment):
		return Jurisdiction{establishment, "16(1)", "its main establishment is there; an order of another member state goes to the authority of that state too, at the same moment (Article 4(1))"}
	case IsMemberState(representative):
		return Jurisdiction{representative, "16(1)", "its legal representative is there; an order of another member state goes to the authority of that state too, at the same moment (Article 4(1))"}
	}
	return Jurisdiction{"", "16(2)", "it has neither a main establishment nor a legal representative in the Union: every member state has jurisdiction, there is no home authority to copy an order to and nobody to scrutinise it, " +
		"and a member state that uses its jurisdiction tells all others (Article 16(3))"}
}
