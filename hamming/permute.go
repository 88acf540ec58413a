package hamming

// The permutation is a butterfly network: in each stage, bits at a fixed
// distance from each other trade places where a mask says so. It costs a few
// nanoseconds, and the same stages backwards would undo it, so an index needs to
// keep the permuted strings only. The masks are drawn once from splitmix64 with
// a fixed seed: indexes that share rows must agree on them.

// passes is how often the network runs; one pass can leave neighbours together.
const passes = 2

// trade has the masks of one pass.
type trade struct {
	far  [2]uint64    // words 0↔2 and 1↔3
	near [2]uint64    // words 0↔1 and 2↔3
	word [6][4]uint64 // within each word, at distance 32, 16, 8, 4, 2, 1
}

// lower marks, for each distance, the lower bit of each pair.
var lower = [6]uint64{
	0x00000000ffffffff, 0x0000ffff0000ffff, 0x00ff00ff00ff00ff,
	0x0f0f0f0f0f0f0f0f, 0x3333333333333333, 0x5555555555555555,
}

var trades = drawTrades(0x617267696e652031)

func drawTrades(seed uint64) (all [passes]trade) {
	next := func() uint64 {
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return z ^ z>>31
	}
	for p := range all {
		t := &all[p]
		t.far = [2]uint64{next(), next()}
		t.near = [2]uint64{next(), next()}
		for s := range t.word {
			for w := range t.word[s] {
				t.word[s][w] = next() & lower[s]
			}
		}
	}
	return all
}

func permute(b Bits) Bits {
	b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
	for p := range trades {
		t := &trades[p]
		b0, b2 = swapBetween(b0, b2, t.far[0])
		b1, b3 = swapBetween(b1, b3, t.far[1])
		b0, b1 = swapBetween(b0, b1, t.near[0])
		b2, b3 = swapBetween(b2, b3, t.near[1])
		for s := range t.word {
			m, distance := &t.word[s], uint(32>>s)
			b0, b1 = swapWithin(b0, m[0], distance), swapWithin(b1, m[1], distance)
			b2, b3 = swapWithin(b2, m[2], distance), swapWithin(b3, m[3], distance)
		}
	}
	return Bits{b0, b1, b2, b3}
}

// swapBetween trades the bits of a and b that are in the mask.
func swapBetween(a, b, mask uint64) (uint64, uint64) {
	x := (a ^ b) & mask
	return a ^ x, b ^ x
}

// swapWithin trades the bits in the mask with those distance bits higher.
func swapWithin(w, mask uint64, distance uint) uint64 {
	distance &= 63 // tells the compiler that a plain shift will do
	x := (w ^ w>>distance) & mask
	return w ^ x ^ x<<distance
}
