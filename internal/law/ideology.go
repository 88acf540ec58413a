package law

// NoIdeology is the word where nobody gave one, or where the people who decided gave different ones.
const NoIdeology = "not_specified"

// Ideology is the kind of terrorism that material is of, in the terms by which the yearly report
// of Europol on the situation and trend of terrorism in the Union (TE-SAT) classifies what
// member states report. No text of the law knows them, and no decision may rest on them:
// Article 2(7) of Regulation (EU) 2021/784 asks what material does, and not for which cause.
//
// They are here for counting alone. Whether one cause is looked at more strictly than another
// can only be seen where cases are counted by it; the rooms that match, rank, ask, stop and
// send do not know the word, and a test of the house holds them to it.
type Ideology struct{ Name, Text string }

// Ideologies are all of them, the one of nobody's naming last.
func Ideologies() []Ideology {
	return []Ideology{
		{"jihadist", "of groups and persons who justify violence by their reading of Islam"},
		{"right_wing", "of the violent extreme right: racial or national supremacy, hostility to minorities or to the democratic order"},
		{"left_wing_anarchist", "of the violent extreme left and of anarchist groups"},
		{"ethno_nationalist_separatist", "for the independence or autonomy of a people or territory"},
		{"single_issue", "for one cause alone, such as animals, the environment or a technology"},
		{"other_kind", "of another kind, which the reasons name"},
		{NoIdeology, "nobody gave one, or those who decided gave different ones"},
	}
}

// IsIdeology reports whether the name is one of them.
func IsIdeology(name string) bool {
	_, ok := find(Ideologies(), func(i Ideology) bool { return i.Name == name })
	return ok
}
