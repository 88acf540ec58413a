package law

// Behaviour is what an account does with material. No text of the law ranks these; the words are
// those of the trade, and networks are described by them.
type Behaviour struct{ Name, Text string }

// Behaviours are all of them.
func Behaviours() []Behaviour {
	return []Behaviour{
		{"publishes", "puts out material of its own"},
		{"reposts", "passes on what others put out, or puts it up again after it was taken down"},
		{"mirrors", "keeps copies of another place, so that it outlives a removal"},
		{"outlinks", "leads to material at other places"},
		{"recruits", "asks people to join, or to make contact"},
		{"finances", "collects money, or tells how to send it"},
		{"instructs", "tells how to do it"},
		{"threatens", "announces an act"},
	}
}

// IsBehaviour reports whether the name is one of them.
func IsBehaviour(name string) bool {
	_, ok := find(Behaviours(), func(b Behaviour) bool { return b.Name == name })
	return ok
}
