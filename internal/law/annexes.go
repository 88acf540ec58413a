package law

// The annexes of Regulation (EU) 2021/784, field by field. The keys begin with the letter of
// their section.

// AnnexI is the removal order, Article 3(4).
func (e Edition) AnnexI() Form {
	return Form{Name: "annex-1", Article: "3(4)", Sections: []Section{
		{Letter: "A", Fields: []Field{
			{Key: "a.issuing_member_state", Shape: Country, Article: "3(4)(a)", Needed: true},
			{Key: "a.addressee", Shape: Text, Article: "3(5)", Needed: true, Longest: 500},
			{Key: "a.contact_point", Shape: Text, Article: "15(1)", Needed: true, Longest: 500},
			{Key: "a.host_member_state", Shape: Country, Article: "4(1)", Needed: true},
			{Key: "a.issued_at", Shape: Moment, Article: "3(4)(e)", Needed: true},
			{Key: "a.reference_number", Shape: Text, Needed: true, Longest: 100},
		}},
		{Letter: "B", Fields: []Field{
			{Key: "b.url", Shape: Link, Article: "3(4)(c)", Needed: true, Longest: 8192},
			{Key: "b.location", Shape: Text, Article: "3(4)(c)", Longest: 4000},
			{Key: "b.reasons", Shape: Ticks, Article: "3(4)(b)", Needed: true, Options: e.letters()},
			{Key: "b.additional_information", Shape: Text, Article: "3(4)(b)", Needed: true, Longest: 10_000},
			{Key: "b.emergency", Shape: Text, Article: "3(2)", Longest: 4000},
		}},
		{Letter: "C", Fields: []Field{{Key: "c.non_disclosure", Shape: Tick, Article: "3(4)(g)"}}},
		{Letter: "D", Fields: []Field{
			{Key: "d.cross_border", Shape: Tick, Article: "4(1)"},
			{Key: "d.copy_sent", Shape: Tick, Article: "4(1)", When: "d.cross_border"},
		}},
		{Letter: "E", Fields: []Field{
			{Key: "e.type", Shape: Choice, Article: "3(4)(a)", Needed: true, Options: []string{"court", "law_enforcement", "other"}},
			{Key: "e.name", Shape: Text, Article: "3(4)(a)", Needed: true, Longest: 500},
			{Key: "e.representative", Shape: Text, Needed: true, Longest: 200, Personal: true},
			{Key: "e.post", Shape: Text, Needed: true, Longest: 200, Personal: true},
			{Key: "e.file_number", Shape: Text, Needed: true, Longest: 100},
			{Key: "e.address", Shape: Text, Needed: true, Longest: 500},
			{Key: "e.telephone", Shape: Text, Needed: true, Longest: 50},
			{Key: "e.fax", Shape: Text, Longest: 50},
			{Key: "e.email", Shape: Email, Needed: true, Longest: 320},
			{Key: "e.date", Shape: Moment, Article: "3(4)(e)", Needed: true},
			{Key: "e.signature", Shape: Text, Article: "3(4)(e)", Needed: true, Longest: 1000},
		}},
		{Letter: "F", Fields: []Field{
			{Key: "f.issuing_contact", Shape: Text, Article: "12(2)", Needed: true, Longest: 500, Own: true},
			{Key: "f.home_contact", Shape: Text, Article: "4(1)", When: "d.cross_border", Longest: 500, Own: true},
		}},
		{Letter: "G", Fields: []Field{
			{Key: "g.body", Shape: Text, Article: "3(4)(f)", Needed: true, Longest: 500, Own: true},
			{Key: "g.deadline", Shape: Text, Article: "3(4)(f)", Needed: true, Longest: 200},
			{Key: "g.provisions", Shape: Text, Article: "3(4)(f)", Needed: true, Longest: 1000, Own: true},
		}},
	}}
}

// order are the five fields with which the host names the order that it answers.
func order() Section {
	return Section{Letter: "A", Fields: []Field{
		{Key: "a.addressee", Shape: Text, Needed: true, Longest: 500},
		{Key: "a.issuing_authority", Shape: Text, Needed: true, Longest: 500},
		{Key: "a.authority_file", Shape: Text, Needed: true, Longest: 100},
		{Key: "a.addressee_file", Shape: Text, Longest: 100},
		{Key: "a.received_at", Shape: Moment, Article: "3(5)", Needed: true},
	}}
}

// AnnexII is the feedback after an order was executed, Article 3(6).
func (e Edition) AnnexII() Form {
	return Form{Name: "annex-2", Article: "3(6)", Sections: []Section{
		order(),
		{Letter: "B", Fields: []Field{
			{Key: "b.measure", Shape: Choice, Article: "3(3)", Needed: true, Options: []string{"removed", "disabled"}},
			{Key: "b.taken_at", Shape: Moment, Article: "3(6)", Needed: true},
		}},
		{Letter: "C", Fields: []Field{
			{Key: "c.host", Shape: Text, Needed: true, Longest: 500},
			{Key: "c.member_state", Shape: Country, Needed: true},
			{Key: "c.authorised_person", Shape: Text, Needed: true, Longest: 200, Personal: true},
			{Key: "c.email", Shape: Email, Needed: true, Longest: 320},
			{Key: "c.date", Shape: Moment, Needed: true},
		}},
	}}
}

// AnnexIII tells why an order cannot be executed, Article 3(7) and (8).
func (e Edition) AnnexIII() Form {
	return Form{Name: "annex-3", Article: "3(7), 3(8)", Sections: []Section{
		order(),
		{Letter: "B", Fields: []Field{
			{Key: "b.grounds", Shape: Ticks, Article: "3(7), 3(8)", Needed: true, Options: []string{"impossible", "manifest_errors", "insufficient"}},
			{Key: "b.reasons", Shape: Text, Article: "3(7)", Needed: true, Longest: 10_000},
			{Key: "b.errors", Shape: Text, Article: "3(8)", When: "b.grounds=manifest_errors", Longest: 10_000},
			{Key: "b.wanted", Shape: Text, Article: "3(8)", When: "b.grounds=insufficient", Longest: 10_000},
		}},
		{Letter: "C", Fields: []Field{
			{Key: "c.host", Shape: Text, Needed: true, Longest: 500},
			{Key: "c.authorised_person", Shape: Text, Needed: true, Longest: 200, Personal: true},
			{Key: "c.email", Shape: Email, Needed: true, Longest: 320},
			{Key: "c.signature", Shape: Text, Needed: true, Longest: 1000},
			{Key: "c.date", Shape: Moment, Needed: true},
		}},
	}}
}

// Forms are the annexes, and then what this Regulation asks for in words.
func (e Edition) Forms() []Form {
	return []Form{e.AnnexI(), e.AnnexII(), e.AnnexIII(), e.Referral(), e.Information(), e.Clarification(), e.Withdrawal(), e.Review(),
		e.NonDisclosure(), e.Finality(), e.Intention(), e.Course(), e.Reinstatement()}
}

// FormNamed finds the form of a name in the edition of a CELEX number.
func FormNamed(name, celex string) (Form, bool) {
	var all []Form
	if e, ok := ByCELEX(celex); ok {
		all = e.Forms()
	} else if celex == DSACELEX {
		all = []Form{Notice(), ActOrder(), Reasons()}
	}
	return find(all, func(f Form) bool { return f.Name == name })
}

func (e Edition) letters() (all []string) {
	for _, l := range e.Limbs {
		all = append(all, l.Letter)
	}
	return all
}
