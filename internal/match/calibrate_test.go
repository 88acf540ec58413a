package match

import (
	"testing"

	"pgregory.net/rapid"
)

// bands makes a list with the same decisions at each distance of each band.
func bands(perDistance ...[2]int) (list []At) {
	for i, d := range perDistance {
		for k := range bandBits {
			list = append(list, At{Distance: i*bandBits + k, Confirmed: d[0], Rejected: d[1]})
		}
	}
	return list
}

func TestAdvise(t *testing.T) {
	for name, tt := range map[string]struct {
		list   []At
		radius int
		want   Advice
	}{
		"nothing decided":           {nil, 31, Advice{-1, "too_few"}},
		"waiting items say nothing": {[]At{{Distance: 2, Waits: 500}}, 31, Advice{-1, "too_few"}},
		"all right":                 {bands([2]int{20, 0}, [2]int{20, 1}, [2]int{9, 1}), 11, Advice{11, "good_throughout"}},
		"the far ones are wrong":    {bands([2]int{20, 0}, [2]int{20, 1}, [2]int{1, 9}), 31, Advice{7, "unproved_beyond"}},
		"few far ones are unsure":   {bands([2]int{20, 0}, [2]int{20, 1}, [2]int{1, 0}), 31, Advice{11, "good_throughout"}},
		"one far one is no proof":   {append(bands([2]int{20, 0}), At{Distance: 30, Confirmed: 1}), 31, Advice{3, "unproved_beyond"}},
		"the near ones are wrong":   {bands([2]int{1, 20}), 31, Advice{-1, "unsure_near"}},
		"radius within a band":      {bands([2]int{20, 0}, [2]int{20, 0}), 5, Advice{5, "good_throughout"}},
	} {
		if got := Advise(tt.list, tt.radius); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestAdviceStaysWithinTheRadius(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		radius := rapid.IntRange(0, 63).Draw(t, "radius")
		var list []At
		for d := range radius + 1 {
			list = append(list, At{d, rapid.IntRange(0, 40).Draw(t, "confirmed"), rapid.IntRange(0, 40).Draw(t, "rejected"), 0})
		}
		got := Advise(list, radius)
		if got.Radius < -1 || got.Radius > radius {
			t.Fatalf("%+v for the radius %d", got, radius)
		}
		p := PrecisionOf(within(list, 0, got.Radius)...)
		if got.Radius >= 0 && p.Share < floorOfShare {
			t.Fatalf("%+v takes in items of which only %.2f were confirmed", got, p.Share)
		}
	})
}
