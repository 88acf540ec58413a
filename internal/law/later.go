package law

// Four more papers of an authority that the Regulation asks for in words and that come after
// the order: three of them go to another authority.

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

// Course tells the other authority of a cross-border order what happened in its case, Article
// 14(1): each event by its Kind, with its moment. The issuing authority alone is told by the host
// when it received and executed the order, the home authority alone when it got the copy and was
// asked for a review; with the course of the other each has all that the clocks of both need.
func (e Edition) Course() Form {
	return Form{Name: "course", Article: "14(1)", Sections: []Section{
		concerned(Field{Key: "a.issuing_authority", Shape: Text, Article: "4(1)", Needed: true, Longest: 500}),
		{Letter: "B", Fields: []Field{
			{Key: "b.events", Shape: Text, Article: "14(1)", Needed: true, Longest: 20_000},
		}},
		{Letter: "C", Fields: []Field{
			{Key: "c.authority", Shape: Text, Article: "12(1)", Needed: true, Longest: 500},
			{Key: "c.contact", Shape: Text, Article: "12(2)", Needed: true, Longest: 500, Own: true},
			{Key: "c.date", Shape: Moment, Needed: true},
		}},
	}}
}
