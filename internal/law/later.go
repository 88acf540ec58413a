package law

// Three more papers of an authority that the Regulation asks for in words and that come after
// the order: two of them go to another authority.

// NonDisclosure tells a host that it must keep silent for six more weeks, Article 11(3). The
// moment is told, so that a host that counted otherwise does not speak too early.
func (e Edition) NonDisclosure() Form {
	return Form{Name: "non-disclosure", Article: "11(3)", Sections: []Section{
		concerned(),
		{Letter: "B", Fields: []Field{
			{Key: "b.until", Shape: Moment, Article: "11(3)", Needed: true},
			{Key: "b.reasons", Shape: Text, Article: "11(3)", Needed: true, Longest: 10_000},
		}},
		signed("C", "c"),
	}}
}

// Finality tells the home authority that an order is final, Article 3(9): two of them within
// twelve months can make a host an exposed one, Article 5(4).
func (e Edition) Finality() Form {
	return Form{Name: "finality", Article: "3(9)", Sections: []Section{
		concerned(),
		{Letter: "B", Fields: []Field{
			{Key: "b.final_at", Shape: Moment, Article: "3(9)", Needed: true},
			{Key: "b.ground", Shape: Choice, Article: "3(9)", Needed: true, Options: []string{"no_appeal", "confirmed"}},
		}},
		signed("C", "c"),
	}}
}

// Intention tells the issuing authority what the home authority means to find, and why, before
// it decides, Article 4(5). Of an order that stands nothing is told before.
func (e Edition) Intention() Form {
	return Form{Name: "intention", Article: "4(5)", Sections: []Section{
		concerned(Field{Key: "a.issuing_authority", Shape: Text, Article: "4(5)", Needed: true, Longest: 500}),
		{Letter: "B", Fields: []Field{
			{Key: "b.infringed", Shape: Ticks, Article: "4(3)", Options: []string{"regulation", "charter"}},
			{Key: "b.reasons", Shape: Text, Article: "4(5)", Needed: true, Longest: 10_000},
		}},
		signed("C", "c"),
	}}
}
