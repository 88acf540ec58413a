package main

import (
	"math/bits"
	"math/rand/v2"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/problem"
)

// hashMakers are the kinds of made-up fingerprints that benchmarks search. Each call gives the next.
var hashMakers = map[string]func(*rand.Rand) func() hamming.Bits{
	"uniform":   uniformHashes,
	"clustered": clusteredHashes,
	"pdq":       pdqHashes,
}

// makeHashes draws n fingerprints of a kind, the same for the same seed.
func makeHashes(kind string, n int, seed uint64) ([]hamming.Bits, error) {
	maker, ok := hashMakers[kind]
	if !ok {
		return nil, problem.New(problem.Invalid, "there is no data of the kind %q; choose uniform, clustered or pdq", kind)
	}
	next := maker(rand.New(rand.NewPCG(seed, 1)))
	list := make([]hamming.Bits, n)
	for i := range list {
		list[i] = next()
	}
	return list, nil
}

// uniformHashes have bits that know nothing of each other.
func uniformHashes(r *rand.Rand) func() hamming.Bits {
	return func() hamming.Bits { return drawHash(r) }
}

// clusteredHashes come in families of about twenty, up to 24 bits from their founder, as the
// copies of one picture do.
func clusteredHashes(r *rand.Rand) func() hamming.Bits {
	return families(r, 0.95, func() hamming.Bits { return drawHash(r) })
}

// pdqHashes are like PDQ's: exactly half of the bits are set (each tells whether a frequency
// is above the median of all), neighbours agree more often than not, some frequencies lean one
// way in most pictures, and a third of all are altered copies of others.
func pdqHashes(r *rand.Rand) func() hamming.Bits {
	lean := drawHash(r)
	return families(r, 0.33, func() hamming.Bits {
		a, b, c := drawHash(r), drawHash(r), drawHash(r)
		var h hamming.Bits
		for w := range h {
			beside := a[w]>>1 | a[(w+3)&3]<<63
			h[w] = majority(a[w], beside, b[w]&(c[w]|lean[w])|c[w]&lean[w])
		}
		return balanced(r, h)
	})
}

// families makes a share of the strings altered copies of the newest founder.
func families(r *rand.Rand, share float64, found func() hamming.Bits) func() hamming.Bits {
	founder := found()
	return func() hamming.Bits {
		if r.Float64() >= share {
			founder = found()
			return founder
		}
		return alteredHash(r, founder, r.IntN(25))
	}
}

func drawHash(r *rand.Rand) hamming.Bits {
	return hamming.Bits{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
}

// alteredHash changes at most n bits.
func alteredHash(r *rand.Rand, h hamming.Bits, n int) hamming.Bits {
	for range n {
		i := r.UintN(hamming.Width)
		h[i>>6] ^= 1 << (i & 63)
	}
	return h
}

func majority(a, b, c uint64) uint64 { return a&b | a&c | b&c }

// balanced changes bits of the majority, drawn at random, until half are set.
func balanced(r *rand.Rand, h hamming.Bits) hamming.Bits {
	set := bits.OnesCount64(h[0]) + bits.OnesCount64(h[1]) + bits.OnesCount64(h[2]) + bits.OnesCount64(h[3])
	for set != hamming.Width/2 {
		i := r.UintN(hamming.Width)
		one := h[i>>6]>>(i&63)&1 != 0
		if one != (set > hamming.Width/2) {
			continue
		}
		h[i>>6] ^= 1 << (i & 63)
		if one {
			set--
		} else {
			set++
		}
	}
	return h
}

// makeQueries are half of them altered copies of stored strings, and half new ones.
func makeQueries(kind string, stored []hamming.Bits, n, radius int) ([]hamming.Bits, error) {
	list, err := makeHashes(kind, n, 2)
	r := rand.New(rand.NewPCG(3, 1))
	for i := 0; i < len(list); i += 2 {
		list[i] = alteredHash(r, stored[r.IntN(len(stored))], r.IntN(radius+1))
	}
	return list, err
}
