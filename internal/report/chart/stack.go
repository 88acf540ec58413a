package chart

import (
	"html/template"
	"strconv"
)

// Stack is one bar that is divided.
type Stack struct {
	Label string
	Parts []int // one for each name, in the same order
	Text  string
}

// Stacks draws each row as a bar of full length, divided as its parts are: shares are
// compared, and the text at the end says of how many. A row without any stays empty.
func Stacks(f Frame, names []string, stacks []Stack) template.HTML {
	var d drawing
	end := 0.0
	for _, s := range stacks {
		end = max(end, width(s.Text, letter))
	}
	l := rows(f, end+12)
	y := d.legend(f, names)
	for _, s := range stacks {
		y = d.labelRow(l, y, s.Label)
		total := 0
		for _, n := range s.Parts {
			total += n
		}
		d.track(l.start, y, l.length, barHeight)
		x := l.start
		for i, n := range s.Parts {
			if n == 0 {
				continue
			}
			w := l.length * float64(n) / float64(total)
			d.rect(x, y, max(w-0.8, 0.6), barHeight, i, s.Label+", "+names[i]+": "+strconv.Itoa(n)+" of "+strconv.Itoa(total))
			x += w
		}
		d.text(l.start+l.length+8, y+barHeight-5, letter, "start", s.Text)
		y += barHeight + barGap
	}
	return d.finish(f, y)
}

// legend names the colours, in as many lines as they need, and gives the y below it.
func (d *drawing) legend(f Frame, names []string) float64 {
	x, y := 0.0, 2.0
	for i, name := range names {
		w := 16 + width(name, letter) + 24
		if x > 0 && x+w > float64(f.Width) {
			x, y = 0, y+letter+8
		}
		d.rect(x, y, letter, letter, i, "")
		d.text(x+17, y+letter-1.5, letter, "start", name)
		x += w
	}
	return y + letter + 14
}
