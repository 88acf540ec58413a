package quickjpeg

import "image"

// planes hold the samples of a stripe, one line of MCUs high, or of the whole
// picture, padded to whole MCUs.
type planes struct {
	samples [3][]byte
	stride  [3]int
	top     int // the line of MCUs that lies at the beginning
}

// size is the width and height of the samples that a block makes.
func (d *Decoder) size() int {
	if d.small {
		return 4
	}
	return 8
}

// layOut takes memory for so many lines of MCUs.
func (d *Decoder) layOut(lines int) {
	d.planes.top = 0
	for i := range d.components {
		c := &d.components[i]
		stride := d.size() * c.across
		size := stride * d.size() * c.v * lines
		if cap(d.planes.samples[i]) < size {
			d.planes.samples[i] = make([]byte, size)
		}
		d.planes.samples[i], d.planes.stride[i] = d.planes.samples[i][:size], stride
	}
}

// line gives the samples of a component from the first line of a line of MCUs on.
func (d *Decoder) line(component, mcuLine int) []byte {
	p := &d.planes
	return p.samples[component][(mcuLine-p.top)*d.size()*d.components[component].v*p.stride[component]:]
}

// done says that a line of MCUs is complete, which makes a stripe where those
// are wanted.
func (d *Decoder) done(mcuLine int) {
	if d.emit == nil {
		return
	}
	high := d.size() * d.frame[0].v
	top := mcuLine * high
	height := (d.Height*d.size() + 7) / 8
	d.emit(top, d.picture(min(high, height-top)))
	d.planes.top = mcuLine + 1
}

// picture is what lies in the planes as an image of that height.
func (d *Decoder) picture(height int) image.Image {
	p := &d.planes
	size := image.Rect(0, 0, (d.Width*d.size()+7)/8, height)
	if len(d.components) == 1 {
		d.gray = image.Gray{Pix: p.samples[0], Stride: p.stride[0], Rect: size}
		return &d.gray
	}
	d.ycbcr = image.YCbCr{
		Y: p.samples[0], Cb: p.samples[1], Cr: p.samples[2],
		YStride: p.stride[0], CStride: p.stride[1],
		SubsampleRatio: d.ratio(), Rect: size,
	}
	return &d.ycbcr
}

func (d *Decoder) ratio() image.YCbCrSubsampleRatio {
	switch d.frame[0].h<<4 | d.frame[0].v {
	case 0x12:
		return image.YCbCrSubsampleRatio440
	case 0x21:
		return image.YCbCrSubsampleRatio422
	case 0x22:
		return image.YCbCrSubsampleRatio420
	case 0x41:
		return image.YCbCrSubsampleRatio411
	case 0x42:
		return image.YCbCrSubsampleRatio410
	}
	return image.YCbCrSubsampleRatio444
}
