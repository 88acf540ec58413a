package quickjpeg

import "encoding/binary"

// The inverse transform is that of Loeffler, Ligtenberg and Moschytz ("Practical
// fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989), with constants
// of 13 bits, two more bits between the passes, and rounding where libjpeg
// rounds, so that pixels are those of the common decoders.
//
// All of it but the rounding is linear, so one register does the work of two: a
// pair is a + b·2^32, and sums and multiples of pairs are pairs of sums and
// multiples as long as neither leaves 32 bits.
const (
	fraction = 13
	extra    = 2 // bits kept after the first pass

	c0298 = 2446 // 0.298631336 · 2^13, and so on
	c0390 = 3196
	c0541 = 4433
	c0765 = 6270
	c0899 = 7373
	c1175 = 9633
	c1501 = 12299
	c1847 = 15137
	c1961 = 16069
	c2053 = 16819
	c2562 = 20995
	c3072 = 25172

	both = 1<<32 + 1 // the pair of a number with itself
	// bias keeps both parts of a pair positive, so that they can be taken apart.
	bias = 1 << 30

	firstDown  = fraction - extra
	firstRound = both * (bias + 1<<(firstDown-1))
	firstBias  = both * (bias >> firstDown)

	secondDown  = fraction + extra + 3
	secondRound = both * (bias + 1<<(secondDown-1) + 128<<secondDown) // samples are around 128
	secondBias  = bias >> secondDown
)

// natural is where the coefficients in zigzag order stand, line by line.
var natural = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// touched is how many pairs of columns the coefficients up to an index in zigzag
// order stand in.
var touched = func() (n [64]uint8) {
	for k := range n {
		n[k] = natural[k]%8/2 + 1
		if k > 0 {
			n[k] = max(n[k], n[k-1])
		}
	}
	return n
}()

// samples limits what comes out of the second pass to 0 to 255.
var samples = func() (of [1 << (32 - secondDown)]uint8) {
	for i := range of {
		of[i] = uint8(max(0, min(255, i-secondBias)))
	}
	return of
}()

// A block holds 64 coefficients as pairs of neighbours in a line.
type block [32]int64

// inverse turns coefficients into 8 lines of 8 samples, and clears them. Those
// behind the index last, in zigzag order, are zero.
func inverse(c *block, last int, out []byte, stride int) {
	if last == 0 {
		flat(int32(c[0]), out, stride)
		c[0] = 0
		return
	}
	var half [4][8]int64 // pairs of lines
	pairs := int(touched[last&63])
	for x := range pairs {
		columns((*[29]int64)(c[x&3:]), x&3, &half)
	}
	clear(c[:])
	if pairs <= 2 {
		for y := range half {
			narrowLines(&half[y], (*[8]byte)(out[2*y*stride:]), (*[8]byte)(out[(2*y+1)*stride:]))
		}
		return
	}
	for y := range half {
		lines(&half[y], (*[8]byte)(out[2*y*stride:]), (*[8]byte)(out[(2*y+1)*stride:]))
	}
}

// flat is the block whose only coefficient is the mean.
func flat(dc int32, out []byte, stride int) {
	sample := max(0, min(255, (dc+1<<2)>>3+128))
	eight := uint64(sample) * 0x0101010101010101
	for y := range 8 {
		binary.LittleEndian.PutUint64(out[y*stride:], eight)
	}
}

// columns transforms the pair of columns that stands at 0, 4, 8 … 28.
func columns(c *[29]int64, x int, out *[4][8]int64) {
	mean := c[0]<<fraction + firstRound
	if c[4]|c[8]|c[12]|c[16]|c[20]|c[24]|c[28] == 0 {
		left, right := apart(mean, mean)
		for y := range out {
			out[y][2*x&7], out[y][(2*x+1)&7] = left, right
		}
		return
	}
	// Even frequencies.
	z := (c[8] + c[24]) * c0541
	t2, t3 := z-c[24]*c1847, z+c[8]*c0765
	t0, t1 := mean+c[16]<<fraction, mean-c[16]<<fraction
	e0, e3, e1, e2 := t0+t3, t0-t3, t1+t2, t1-t2
	// Odd frequencies.
	a, b, d, e := c[28], c[20], c[12], c[4]
	z1, z2, z3, z4 := (a+e)*-c0899, (b+d)*-c2562, a+d, b+e
	z5 := (z3 + z4) * c1175
	z3, z4 = z5-z3*c1961, z5-z4*c0390
	a, b, d, e = a*c0298+z1+z3, b*c2053+z2+z4, d*c3072+z2+z3, e*c1501+z1+z4

	left, right := 2*x&7, (2*x+1)&7
	out[0][left], out[0][right] = apart(e0+e, e1+d)
	out[1][left], out[1][right] = apart(e2+b, e3+a)
	out[2][left], out[2][right] = apart(e3-a, e2-b)
	out[3][left], out[3][right] = apart(e1-d, e0-e)
}

// apart rounds two pairs of columns, of one line and the next, and makes pairs
// of lines of them, one for each column.
func apart(upper, lower int64) (left, right int64) {
	left = int64(uint32(upper)>>firstDown) + int64(uint32(lower)>>firstDown)<<32 - firstBias
	right = int64(uint64(upper)>>(32+firstDown)) + int64(uint64(lower)>>(32+firstDown))<<32 - firstBias
	return left, right
}

// lines transforms a pair of lines and makes samples of them.
func lines(c *[8]int64, upper, lower *[8]byte) {
	z := (c[2] + c[6]) * c0541
	t2, t3 := z-c[6]*c1847, z+c[2]*c0765
	mean := c[0]<<fraction + secondRound
	t0, t1 := mean+c[4]<<fraction, mean-c[4]<<fraction
	e0, e3, e1, e2 := t0+t3, t0-t3, t1+t2, t1-t2
	a, b, d, e := c[7], c[5], c[3], c[1]
	z1, z2, z3, z4 := (a+e)*-c0899, (b+d)*-c2562, a+d, b+e
	z5 := (z3 + z4) * c1175
	z3, z4 = z5-z3*c1961, z5-z4*c0390
	a, b, d, e = a*c0298+z1+z3, b*c2053+z2+z4, d*c3072+z2+z3, e*c1501+z1+z4

	upper[0], lower[0] = sampled(e0 + e)
	upper[1], lower[1] = sampled(e1 + d)
	upper[2], lower[2] = sampled(e2 + b)
	upper[3], lower[3] = sampled(e3 + a)
	upper[4], lower[4] = sampled(e3 - a)
	upper[5], lower[5] = sampled(e2 - b)
	upper[6], lower[6] = sampled(e1 - d)
	upper[7], lower[7] = sampled(e0 - e)
}

// narrowLines is lines where the upper half of the frequencies is zero.
func narrowLines(c *[8]int64, upper, lower *[8]byte) {
	mean := c[0]<<fraction + secondRound
	t2, t3 := c[2]*c0541, c[2]*(c0541+c0765)
	e0, e3, e1, e2 := mean+t3, mean-t3, mean+t2, mean-t2
	d, e := c[3], c[1]
	a := e*(c1175-c0899) + d*(c1175-c1961)
	b := e*(c1175-c0390) + d*(c1175-c2562)
	d, e = e*c1175+d*(c3072-c2562+c1175-c1961), e*(c1501-c0899+c1175-c0390)+d*c1175

	upper[0], lower[0] = sampled(e0 + e)
	upper[1], lower[1] = sampled(e1 + d)
	upper[2], lower[2] = sampled(e2 + b)
	upper[3], lower[3] = sampled(e3 + a)
	upper[4], lower[4] = sampled(e3 - a)
	upper[5], lower[5] = sampled(e2 - b)
	upper[6], lower[6] = sampled(e1 - d)
	upper[7], lower[7] = sampled(e0 - e)
}

// sampled rounds a pair of lines.
func sampled(pair int64) (upper, lower uint8) {
	return samples[uint32(pair)>>secondDown], samples[uint64(pair)>>(32+secondDown)]
}
