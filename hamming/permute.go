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
	for p := range trades {
		t := &trades[p]
		swapWords(&b, t.far, 2)
		swapWords(&b, t.near, 1)
		for s := range t.word {
			swapWithin(&b, &t.word[s], 32>>s)
		}
	}
	return b
}

// swapWords trades bits between two pairs of words, step words apart.
func swapWords(b *Bits, mask [2]uint64, step int) {
	i, j := 0, 3-step // 0 and 1 for step 2, 0 and 2 for step 1
	x := (b[i] ^ b[i+step]) & mask[0]
	b[i] ^= x
	b[i+step] ^= x
	y := (b[j] ^ b[j+step]) & mask[1]
	b[j] ^= y
	b[j+step] ^= y
}

// swapWithin trades bits within each word, distance bits apart.
func swapWithin(b *Bits, mask *[4]uint64, distance uint) {
	for w := range b {
		x := (b[w] ^ b[w]>>distance) & mask[w]
		b[w] ^= x ^ x<<distance
	}
}
