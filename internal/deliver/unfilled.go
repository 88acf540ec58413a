package deliver

import "regexp"

var (
	// placeholder is what templates leave where nobody filled them in.
	placeholder = regexp.MustCompile(`\{\{|\}\}|<no value>|%![a-zA-Z(]|###|\$\{|\[\[[^\[\]]*\]\]|<<[^<>]*>>`)
	anyLink     = regexp.MustCompile(`(?i)\bh(?:tt|xx)ps?\[?:\]?//\S+`) // may have such signs of its own
)

// Unfilled is the first placeholder that was left in a letter, or "". Such a letter must not
// leave: the other side would be told nothing, or what was meant for another.
func (l Letter) Unfilled() string {
	for _, text := range []string{l.Subject, l.Body, l.Unit, l.Reference} {
		if found := placeholder.FindString(anyLink.ReplaceAllString(text, "")); found != "" {
			return found
		}
	}
	return ""
}
