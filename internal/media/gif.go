package media

import "bytes"

// animated reports whether a GIF has more than one picture. It walks over the blocks
// (GIF89a specification, sections 15 to 26) and decodes nothing.
func animated(gif []byte) bool {
	if len(gif) < 13 || !bytes.HasPrefix(gif, []byte("GIF8")) {
		return false
	}
	at := 13 + colours(gif[10])
	for pictures := 0; at < len(gif); {
		switch gif[at] {
		case '!': // an extension: its label, then blocks
			at += 2
		case ',': // a picture: its place, its colours, the size of a code, then blocks
			if pictures++; pictures > 1 {
				return true
			}
			if at+10 > len(gif) {
				return false
			}
			at += 10 + colours(gif[at+9]) + 1
		default: // the end, or nothing that is known
			return false
		}
		for at < len(gif) && gif[at] != 0 {
			at += 1 + int(gif[at])
		}
		at++
	}
	return false
}

// colours is the length of the table of colours that a byte of flags announces.
func colours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}
