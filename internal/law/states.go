package law

import "slices"

// memberStates are the codes of ISO 3166-1 of the member states of the Union. Greece is GR
// here; some of the Union's own forms write EL.
var memberStates = []string{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}

// MemberStates lists the member states of the Union by code.
func MemberStates() []string { return slices.Clone(memberStates) }

// IsMemberState reports whether the code is that of a member state.
func IsMemberState(code string) bool { return slices.Contains(memberStates, code) }
