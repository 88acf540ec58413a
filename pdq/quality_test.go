package pdq

import "testing"

// TestQuality follows sums made by hand.
func TestQuality(t *testing.T) {
	for name, test := range map[string]struct {
		level func(i, j int) float32
		want  int
	}{
		"flat":             {func(i, j int) float32 { return 200 }, 0},
		"an edge":          {func(i, j int) float32 { return float32(j / 32 * 255) }, 71},   // 64·100 / 90
		"a lying edge":     {func(i, j int) float32 { return float32(255 - i/32*255) }, 71}, // the same, falling
		"below 1 %":        {func(i, j int) float32 { return float32(j%2) * 2.5 }, 0},
		"below 2 %":        {func(i, j int) float32 { return float32(j%2) * 5 }, 44}, // 64·63·1 / 90
		"a board of chess": {func(i, j int) float32 { return float32((i + j) % 2 * 255) }, 100},
	} {
		var g grid
		for i := range side {
			for j := range side {
				g[i][j] = test.level(i, j)
			}
		}
		if got := g.quality(); got != test.want {
			t.Errorf("%s: quality %d, want %d", name, got, test.want)
		}
	}
}
