package law

import "time"

// Standing are the duties that no order begins and nothing ends: who is to be reached, and how.
// exposed is whether a decision of Article 5(4) stands against the host.
func Standing(exposed bool) []Duty {
	list := []Duty{
		{Host, "contact_point", "15(1)"},        // electronic, public, in at least one official language of its member state
		{Host, "legal_representative", "17(1)"}, // where it has no main establishment in the Union
		{Host, "able_to_reinstate", "4(2)"},
		{Home, "contact_point", "12(2)"}, // for clarification and feedback; the Union keeps a register of them, 12(4)
		{Issuer, "contact_point", "12(2)"},
	}
	if exposed {
		list = append(list, Duty{Host, "reachable_at_any_time", "recital 42"}, Duty{Host, "specific_measures", "5(2)"})
	}
	return list
}

// Threat is what a host has found that involves an imminent threat to life, Article 14(5).
type Threat struct {
	Found     time.Time // when it became aware of it
	Concerned []string  // member states concerned, as far as they can be identified
	Home      string    // of its main establishment or legal representative
	Told      time.Time
}

// Told is who is told of a threat: the authorities for criminal offences of a member state, or
// its contact point of Article 12(2), or Europol.
type Told struct {
	State string // empty: Europol
	Point bool   // the contact point of Article 12(2)
}

// Addressees are who has to be told: the authorities of the member states concerned; where none
// can be identified, the contact point at home, and Europol.
func (t Threat) Addressees() (list []Told) {
	for _, state := range t.Concerned {
		list = append(list, Told{State: state})
	}
	if list == nil {
		list = []Told{{State: t.Home, Point: true}, {}}
	}
	return list
}

// Clock runs from the moment of awareness until they are told; "promptly" has no end in hours.
func (t Threat) Clock() Clock {
	c := Clock{Name: "tell_threat", Article: "14(5)", Owes: Host, State: Running, From: t.Found}
	if !t.Told.IsZero() {
		c.State, c.Done = Met, t.Told
	}
	return c
}
