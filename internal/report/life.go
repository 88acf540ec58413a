package report

import "math"

// schedule is when looks are due after delivery, in hours.
var schedule = [...]float64{1, 3, 6, 12, 24, 48, 168}

var scheduleNames = []string{"1 h", "3 h", "6 h", "12 h", "24 h", "48 h", "7 d"}

// life is a life table: how many items were first seen gone at each look of the schedule,
// and how many that never were have been watched until then and no further.
//
// Between two looks nobody knows. A look therefore counts for the moment at which it was
// due: the last one of the schedule that has passed by then.
type life struct {
	goneAt, watchedTo [len(schedule)]int
}

// due is the place in the schedule of a look so many hours after delivery, -1 before the first.
func due(hours float64) int {
	place := -1
	for i, h := range schedule {
		if hours >= h {
			place = i
		}
	}
	return place
}

func (l *life) gone(hours float64) { l.goneAt[max(0, due(hours))]++ }

func (l *life) there(hours float64) {
	if place := due(hours); place >= 0 {
		l.watchedTo[place]++
	}
}

func (l *life) merge(o life) {
	for i := range schedule {
		l.goneAt[i] += o.goneAt[i]
		l.watchedTo[i] += o.watchedTo[i]
	}
}

// moment is what is known of one look of the schedule.
type moment struct {
	hours     float64
	share     float64 // of items gone by then
	low, high float64 // 95 per cent interval of confidence
	gone      int     // seen gone by then
	watched   int     // were watched at this look: not gone before, and looked at now or later
}

// moments estimates the share gone by each look (Kaplan and Meier, "Nonparametric estimation
// from incomplete observations", 1958), so that items delivered a while ago and just now
// count together without the later ones passing for having stayed up. It ends where nothing
// was watched any more, unless all were gone before, which stays so. The interval is Wilson's with the effective number of Rothman
// ("Estimation of confidence limits for the cumulative probability of survival", 1978),
// which is the plain number as long as all items were watched to the end.
func (l *life) moments() []moment {
	watched := 0
	for i := range schedule {
		watched += l.goneAt[i] + l.watchedTo[i]
	}
	var list []moment
	left, spread, gone := 1.0, 0.0, 0
	for i, h := range schedule {
		if watched == 0 && left > 0 {
			break
		}
		n, d := float64(max(1, watched)), float64(l.goneAt[i])
		all := float64(gone + watched)
		left *= 1 - d/n
		gone += l.goneAt[i]
		if d < n {
			spread += d / (n * (n - d)) // Greenwood's sum
		}
		if left > 0 && left < 1 && spread > 0 {
			all = (1 - left) / (left * spread)
		}
		low, high := Wilson(1-left, all)
		list = append(list, moment{hours: h, share: 1 - left, low: low, high: high, gone: gone, watched: watched})
		watched -= l.goneAt[i] + l.watchedTo[i]
	}
	return list
}

// Wilson is the 95 per cent interval of a share p of n (Wilson, "Probable inference, the law
// of succession, and statistical inference", 1927). Unlike the textbook's it stays within 0
// and 1 and is honest about few.
func Wilson(p, n float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	const z = 1.959963984540054
	centre := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	whole := 1 + z*z/n
	return max(0, (centre-half)/whole), min(1, (centre+half)/whole)
}
