package law

// What Regulation (EU) 2021/784 asks for in words and has no annex for. Each has its form here
// too, so that nothing that the article wants can be left out.

// Referral alerts a host to content, for it to consider of its own accord against its terms,
// recital 40. The links are the items of the document.
func (e Edition) Referral() Form {
	return Form{Name: "referral", Article: "recital 40", Sections: []Section{{Letter: "A", Fields: []Field{
		{Key: "a.sent_at", Shape: Moment, Needed: true},
		{Key: "a.contact", Shape: Email, Longest: 320},
		{Key: "a.note", Shape: Text, Longest: 4000},
	}}}}
}

// Information tells a host, twelve hours before its first order, of procedures and deadlines,
// Article 3(2). Those are the fixed text; the fields are what differs from authority to authority.
func (e Edition) Information() Form {
	return Form{Name: "information", Article: "3(2)", Sections: []Section{
		{Letter: "A", Fields: []Field{
			{Key: "a.addressee", Shape: Text, Article: "3(2)", Needed: true, Longest: 500},
			{Key: "a.contact_point", Shape: Text, Article: "15(1)", Needed: true, Longest: 500},
			{Key: "a.sent_at", Shape: Moment, Article: "3(2)", Needed: true},
		}},
		{Letter: "B", Fields: []Field{
			{Key: "b.channel", Shape: Text, Article: "3(5)", Needed: true, Longest: 1000, Own: true},
			{Key: "b.authenticity", Shape: Text, Article: "3(5)", Needed: true, Longest: 1000, Own: true},
			{Key: "b.answers", Shape: Text, Article: "12(2)", Needed: true, Longest: 1000, Own: true},
		}},
		{Letter: "C"}, // deadlines: fixed text
		{Letter: "D", Fields: []Field{
			{Key: "d.authority", Shape: Text, Article: "12(1)", Needed: true, Longest: 500},
			{Key: "d.contact", Shape: Text, Article: "12(2)", Needed: true, Longest: 500, Own: true},
			{Key: "d.redress", Shape: Text, Article: "9(1)", Needed: true, Longest: 1000, Own: true},
		}},
	}}
}

// concerned names the order that a later paper of an authority is about.
func concerned(more ...Field) Section {
	return Section{Letter: "A", Fields: append([]Field{
		{Key: "a.addressee", Shape: Text, Needed: true, Longest: 500},
		{Key: "a.order_reference", Shape: Text, Needed: true, Longest: 100},
		{Key: "a.issued_at", Shape: Moment, Needed: true},
	}, more...)}
}

// signed is the authority that answers for a paper.
func signed(letter, prefix string) Section {
	return Section{Letter: letter, Fields: []Field{
		{Key: prefix + ".authority", Shape: Text, Article: "12(1)", Needed: true, Longest: 500},
		{Key: prefix + ".representative", Shape: Text, Needed: true, Longest: 200, Personal: true},
		{Key: prefix + ".contact", Shape: Text, Article: "12(2)", Needed: true, Longest: 500, Own: true},
		{Key: prefix + ".date", Shape: Moment, Needed: true},
		{Key: prefix + ".signature", Shape: Text, Needed: true, Longest: 1000},
	}}
}

// Clarification answers an Annex III that asked for it, Article 3(8). The hour runs from its
// receipt. Manifest errors in the exact link are not clarified: a corrected order is an order of its own.
func (e Edition) Clarification() Form {
	return Form{Name: "clarification", Article: "3(8)", Sections: []Section{
		concerned(Field{Key: "a.asked_at", Shape: Moment, Article: "3(8)", Needed: true}),
		{Letter: "B", Fields: []Field{
			{Key: "b.kind", Shape: Choice, Article: "3(8)", Needed: true, Options: []string{"clarified", "corrected"}},
			{Key: "b.text", Shape: Text, Article: "3(8)", Needed: true, Longest: 10_000},
			{Key: "b.new_reference", Shape: Text, When: "b.kind=corrected", Longest: 100},
		}},
		signed("C", "c"),
	}}
}

// Withdrawal takes an order back. Nothing is owed under it any more, and what was removed may return.
func (e Edition) Withdrawal() Form {
	return Form{Name: "withdrawal", Article: "3(1)", Sections: []Section{
		concerned(),
		{Letter: "B", Fields: []Field{
			{Key: "b.ground", Shape: Choice, Needed: true, Options: []string{"error", "other_order", "review", "other"}},
			{Key: "b.reasons", Shape: Text, Needed: true, Longest: 10_000},
			{Key: "b.reinstate", Shape: Tick},
		}},
		signed("C", "c"),
	}}
}

// Review is the reasoned decision of the home authority on an order from another member state,
// Article 4(3) to (6).
func (e Edition) Review() Form {
	return Form{Name: "review", Article: "4(3) to 4(6)", Sections: []Section{
		concerned(
			Field{Key: "a.issuing_authority", Shape: Text, Article: "4(6)", Needed: true, Longest: 500},
			Field{Key: "a.basis", Shape: Choice, Article: "4(3), 4(4)", Needed: true, Options: []string{"own", "host", "provider"}},
			Field{Key: "a.begun_at", Shape: Moment, Article: "4(3), 4(4)", Needed: true},
		),
		{Letter: "B", Fields: []Field{
			{Key: "b.decision", Shape: Choice, Article: "4(3), 4(4)", Needed: true, Options: []string{"infringes", "stands"}},
			{Key: "b.infringed", Shape: Ticks, Article: "4(3)", When: "b.decision=infringes", Options: []string{"regulation", "charter"}},
			{Key: "b.intention_told_at", Shape: Moment, Article: "4(5)", When: "b.decision=infringes"},
			{Key: "b.reasons", Shape: Text, Article: "4(3), 4(4)", Needed: true, Longest: 10_000},
		}},
		signed("C", "c"),
		{Letter: "D", Fields: []Field{
			{Key: "d.body", Shape: Text, Article: "9(2)", Needed: true, Longest: 500, Own: true},
			{Key: "d.deadline", Shape: Text, Article: "9(2)", Needed: true, Longest: 200},
		}},
	}}
}

// Reinstatement asks a host to bring back what it took offline after a referral or a notice that
// turned out to be wrong: Article 10(1) asks it of the host itself, and who caused the removal owes
// the host the word that it was mistaken. What was removed under an order comes back by its Withdrawal.
func (e Edition) Reinstatement() Form {
	return Form{Name: "reinstatement", Article: "10(1)", Sections: []Section{
		{Letter: "A", Fields: []Field{
			{Key: "a.references", Shape: Text, Needed: true, Longest: 500},
			{Key: "a.urls", Shape: Links, Needed: true, Longest: 1 << 16},
		}},
		{Letter: "B", Fields: []Field{
			{Key: "b.reasons", Shape: Text, Needed: true, Longest: 10_000},
			{Key: "b.contact", Shape: Email, Longest: 320},
		}},
	}}
}
