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
	return Form{Name: "dsa-16", Article: "DSA 16(2)", Sections: []Section{{Letter: "A", Fields: []Field{
		{Key: "explanation", Shape: Text, Article: "DSA 16(2)(a)", Needed: true, Longest: 10_000},
		{Key: "urls", Shape: Links, Article: "DSA 16(2)(b)", Needed: true, Longest: 1 << 20},
		{Key: "location", Shape: Text, Article: "DSA 16(2)(b)", Longest: 4000},
		{Key: "notifier", Shape: Text, Article: "DSA 16(2)(c)", Needed: true, Longest: 500},
		{Key: "notifier_email", Shape: Email, Article: "DSA 16(2)(c)", Needed: true, Longest: 320},
		{Key: "trusted_flagger", Shape: Tick, Article: "DSA 22(1)"},
		{Key: "good_faith", Shape: Tick, Article: "DSA 16(2)(d)", Needed: true},
	}}}}
}

// ActOrder is an order to act against illegal content under Article 9 of the Digital Services Act.
func ActOrder() Form {
	return Form{Name: "dsa-9", Article: "DSA 9(2)", Sections: []Section{{Letter: "A", Fields: []Field{
		{Key: "legal_basis", Shape: Text, Article: "DSA 9(2)(a)(i)", Needed: true, Longest: 1000},
		{Key: "reasons", Shape: Text, Article: "DSA 9(2)(a)(ii)", Needed: true, Longest: 10_000},
		{Key: "provisions", Shape: Text, Article: "DSA 9(2)(a)(ii)", Needed: true, Longest: 1000},
		{Key: "authority", Shape: Text, Article: "DSA 9(2)(a)(iii)", Needed: true, Longest: 500},
		{Key: "urls", Shape: Links, Article: "DSA 9(2)(a)(iv)", Needed: true, Longest: 1 << 20},
		{Key: "location", Shape: Text, Article: "DSA 9(2)(a)(iv)", Longest: 4000},
		{Key: "redress", Shape: Text, Article: "DSA 9(2)(a)(v)", Needed: true, Longest: 4000, Own: true},
		{Key: "effect_to", Shape: Text, Article: "DSA 9(2)(a)(vi)", Needed: true, Longest: 500, Own: true},
		{Key: "territory", Shape: Text, Article: "DSA 9(2)(b)", Needed: true, Longest: 500},
		{Key: "language", Shape: Text, Article: "DSA 9(2)(c)", Needed: true, Longest: 10},
	}}}}
}

// Reasons is the statement of reasons to the recipient of the service whose content was
// restricted, Article 17(3). It is not owed for an order under Article 9, Article 17(5); what
// Article 11 of Regulation (EU) 2021/784 owes the content provider after a removal order fits
// into it too.
func Reasons() Form {
	return Form{Name: "reasons", Article: "DSA 17(3)", Sections: []Section{
		{Letter: "A", Fields: []Field{
			{Key: "a.content", Shape: Text, Needed: true, Longest: 4000},
			{Key: "a.date", Shape: Moment, Article: "DSA 17(2)", Needed: true},
			{Key: "a.removal_order", Shape: Text, Article: "11(2)", Longest: 100},
		}},
		{Letter: "B", Fields: []Field{
			{Key: "b.measures", Shape: Ticks, Article: "DSA 17(3)(a)", Needed: true, Options: []string{"removed", "disabled", "demoted",
				"age_restricted", "interaction_restricted", "labelled", "monetary", "service", "account", "other"}},
			{Key: "b.territory", Shape: Text, Article: "DSA 17(3)(a)", Needed: true, Longest: 500},
			{Key: "b.duration", Shape: Text, Article: "DSA 17(3)(a)", Needed: true, Longest: 500},
		}},
		{Letter: "C", Fields: []Field{
			{Key: "c.facts", Shape: Text, Article: "DSA 17(3)(b)", Needed: true, Longest: 5000},
			{Key: "c.source", Shape: Choice, Article: "DSA 17(3)(b)", Needed: true, Options: []string{"article_16", "trusted_flagger", "own", "other_notification"}},
			{Key: "c.notifier", Shape: Text, Article: "DSA 17(3)(b)", Longest: 500, Personal: true}, // only where strictly necessary
			{Key: "c.automated_detection", Shape: Tick, Article: "DSA 17(3)(c)"},
			{Key: "c.automated_decision", Shape: Tick, Article: "DSA 17(3)(c)"},
		}},
		{Letter: "D", Fields: []Field{
			{Key: "d.ground", Shape: Choice, Article: "DSA 17(3)", Needed: true, Options: []string{"illegal", "incompatible"}},
			{Key: "d.law", Shape: Text, Article: "DSA 17(3)(d)", When: "d.ground=illegal", Longest: 1000},
			{Key: "d.law_reasons", Shape: Text, Article: "DSA 17(3)(d)", When: "d.ground=illegal", Longest: 4000},
			{Key: "d.terms", Shape: Text, Article: "DSA 17(3)(e)", When: "d.ground=incompatible", Longest: 1000},
			{Key: "d.terms_reasons", Shape: Text, Article: "DSA 17(3)(e)", When: "d.ground=incompatible", Longest: 4000},
		}},
		{Letter: "E", Fields: []Field{
			{Key: "e.redress", Shape: Ticks, Article: "DSA 17(3)(f)", Needed: true, Options: []string{"complaint", "out_of_court", "court"}},
			{Key: "e.how", Shape: Text, Article: "DSA 17(3)(f)", Needed: true, Longest: 4000, Own: true},
		}},
	}}
}
