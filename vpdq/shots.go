package vpdq

// Shot is a stretch of a film without a cut, as far as its features tell.
type Shot struct {
	First, Count int // of the features
	Interval
}

// cutBits is the distance of two frames that lie on both sides of a cut: twice the radius,
// and half of what unrelated pictures differ in.
const cutBits = 2 * Radius

// Shots divides a film where a frame has little to do with the one before it. Frames of poor
// quality, black ones between two scenes for example, are shots of their own. With one
// feature a second quick camera movement may look like a cut; with every frame it does not.
func Shots(film []Feature) []Shot {
	var shots []Shot
	for i, f := range film {
		if i == 0 || cut(film[i-1], f) {
			shots = append(shots, Shot{First: i, Interval: Interval{From: f.Second}})
		}
		last := &shots[len(shots)-1]
		last.Count, last.To = last.Count+1, f.Second
	}
	return shots
}

func cut(a, b Feature) bool {
	poorA, poorB := a.Quality < MinQuality, b.Quality < MinQuality
	return poorA != poorB || !poorA && a.Hash.Distance(b.Hash) > cutBits
}
