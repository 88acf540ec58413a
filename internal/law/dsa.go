package law

// Regulation (EU) 2022/2065 (the Digital Services Act): what a notice and an order under it hold.

// DSA names the text.
const (
	DSATitle = "Regulation (EU) 2022/2065"
	DSACELEX = "32022R2065"
)

// Notice is a notice under Article 16(2) of the Digital Services Act. Its notifier states in
// good faith that it is accurate and complete, Article 16(2)(d).
func Notice() Form {
	return Form{Name: "dsa-16", Article: "DSA 16(2)", Sections: []Section{{"A", []Field{
		{Key: "explanation", Shape: Text, Article: "DSA 16(2)(a)", Needed: true, Longest: 10_000},
		{Key: "urls", Shape: Text, Article: "DSA 16(2)(b)", Needed: true, Longest: 1 << 20},
		{Key: "location", Shape: Text, Article: "DSA 16(2)(b)", Longest: 4000},
		{Key: "notifier", Shape: Text, Article: "DSA 16(2)(c)", Needed: true, Longest: 500},
		{Key: "notifier_email", Shape: Email, Article: "DSA 16(2)(c)", Needed: true, Longest: 320},
		{Key: "trusted_flagger", Shape: Tick, Article: "DSA 22(1)"},
		{Key: "good_faith", Shape: Tick, Article: "DSA 16(2)(d)", Needed: true},
	}}}}
}

// ActOrder is an order to act against illegal content under Article 9 of the Digital Services Act.
func ActOrder() Form {
	return Form{Name: "dsa-9", Article: "DSA 9(2)", Sections: []Section{{"A", []Field{
		{Key: "legal_basis", Shape: Text, Article: "DSA 9(2)(a)(i)", Needed: true, Longest: 1000},
		{Key: "reasons", Shape: Text, Article: "DSA 9(2)(a)(ii)", Needed: true, Longest: 10_000},
		{Key: "provisions", Shape: Text, Article: "DSA 9(2)(a)(ii)", Needed: true, Longest: 1000},
		{Key: "authority", Shape: Text, Article: "DSA 9(2)(a)(iii)", Needed: true, Longest: 500},
		{Key: "urls", Shape: Text, Article: "DSA 9(2)(a)(iv)", Needed: true, Longest: 1 << 20},
		{Key: "location", Shape: Text, Article: "DSA 9(2)(a)(iv)", Longest: 4000},
		{Key: "redress", Shape: Text, Article: "DSA 9(2)(a)(v)", Needed: true, Longest: 4000},
		{Key: "effect_to", Shape: Text, Article: "DSA 9(2)(a)(vi)", Needed: true, Longest: 500},
		{Key: "territory", Shape: Text, Article: "DSA 9(2)(b)", Needed: true, Longest: 500},
		{Key: "language", Shape: Text, Article: "DSA 9(2)(c)", Needed: true, Longest: 10},
	}}}}
}
