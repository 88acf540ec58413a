package sim

import (
	"fmt"
	"strings"

	"github.com/argine/argine/client"
)

// Analyst is a scripted person. Two of them make a decision: the first and the second
// person, who read the same page and now and then err, each in their own places.
type Analyst struct {
	Person
	world *World
}

// Analysts are the people of the world who assess, in the order of People.
func (w *World) Analysts() []Analyst {
	var out []Analyst
	for _, p := range w.People() {
		out = append(out, Analyst{p, w})
	}
	return out
}

// Decide is what the analyst makes of a task. What counts is what the task shows: the
// text, the matches, the frame; the world adds what an honest person would know, and the
// errors that people make.
func (a Analyst) Decide(task client.Task) client.NewAssessment {
	seen := look(task)
	yes := (seen.group != "" || seen.match != "") && seen.purpose == "none"
	confidence, ideology := 70, causes[seen.group]
	if i := a.world.find(task.Item.URL); i >= 0 {
		it := &a.world.items[i]
		if it.fate == fateNoCapture {
			yes, seen.group = true, "an account that was known for bulletins"
		}
		if it.errs[min(1, max(0, task.Step-1))] {
			yes = !yes
		}
		confidence, ideology = 60+i%40, named(i, task.Step, ideology)
	}
	out := client.NewAssessment{ItemID: task.Item.ID, Decision: "not_terrorist", Purpose: seen.purpose, Confidence: confidence, Ideology: ideology}
	if yes {
		out.Decision, out.Purpose, out.Limbs = "terrorist", "none", limbs(confidence)
	}
	out.PurposeReasons = purposeReasons(out.Purpose)
	out.Reasons = reasons(yes, seen)
	return out
}

// named is the ideology that a person gives an item whose page speaks of a group: the second
// person leaves it out now and then, and now and then takes the group for another.
func named(i, step int, ideology string) string {
	switch {
	case ideology == "" || step != 2:
		return ideology
	case i%31 == 7:
		return "single_issue"
	case i%5 == 0:
		return ""
	}
	return ideology
}

// sight is what a person makes out on a page.
type sight struct {
	group, match, purpose string
	captured              bool
}

// look reads a task as a person would.
func look(task client.Task) sight {
	s := sight{purpose: "none"}
	for _, m := range task.Matches {
		if m.Own {
			continue // what a colleague confirmed elsewhere is no reason by itself: the use decides
		}
		s.match = m.Label
		if s.match == "" {
			s.match = "an entry of " + m.Bank
		}
		break
	}
	if task.Capture == nil || task.Capture.Outcome != "captured" {
		return s
	}
	s.captured = true
	text := strings.Join(strings.Fields(task.Capture.Text), " ")
	for _, g := range groups {
		if strings.Contains(text, g) {
			s.group = g
		}
	}
	for i := range languages {
		for k, frame := range languages[i].frames {
			if strings.Contains(text, frame) {
				s.purpose = purposes[k]
			}
		}
	}
	return s
}

// limbs of Article 2(7), one or two.
func limbs(n int) []string {
	all := []string{"a", "b", "c", "d", "e"}
	if n%3 == 0 {
		i, j := n%5, (n+2)%5
		return []string{all[min(i, j)], all[max(i, j)]}
	}
	return []string{all[n%5]}
}

func purposeReasons(purpose string) string {
	switch purpose {
	case "journalism":
		return "A newspaper's own account of what was found; it says so at the top and takes its distance."
	case "education":
		return "Made for a class, with a lesson around it."
	}
	return "No sign of education, journalism, art, research or a debate; it stands alone and asks to be passed on."
}

func reasons(yes bool, s sight) string {
	switch {
	case !yes && !s.captured:
		return "Nothing could be captured, so there is nothing to judge."
	case !yes && s.purpose != "none":
		return "It quotes the group, and explains what it quotes."
	case !yes:
		return "Notes about weather, gardens and trains; no group, no call."
	case s.group != "" && s.match != "":
		return fmt.Sprintf("Passes on a bulletin of %s; the picture is known as %q.", s.group, s.match)
	case s.group != "":
		return fmt.Sprintf("Passes on a bulletin of %s.", s.group)
	case s.match != "":
		return fmt.Sprintf("The picture is known as %q.", s.match)
	}
	return "The account seems to pass on bulletins."
}
