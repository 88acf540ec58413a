package capture

import (
	"bytes"
	"mime"
	"net/http"
	"strings"
)

// TypeOf tells what a file is by its beginning, 512 bytes of it.
func TypeOf(head []byte) string { return sniff(head) }

// sniff tells what bytes are by themselves; a Content-Type is only a claim. It is the MIME
// Sniffing standard's table as net/http has it, and what that lacks.
func sniff(body []byte) string {
	known := http.DetectContentType(body)
	if known != "application/octet-stream" && !strings.HasPrefix(known, "text/xml") && !strings.HasPrefix(known, "text/plain") {
		media, _, _ := mime.ParseMediaType(known)
		return media
	}
	for _, m := range magics {
		if len(body) >= m.at && bytes.HasPrefix(body[m.at:], []byte(m.start)) {
			return m.mime
		}
	}
	if kind := mpegSound(body); kind != "" {
		return kind
	}
	if strings.HasPrefix(known, "text/") && bytes.Contains(body[:min(len(body), 1024)], []byte("<svg")) {
		return "image/svg+xml"
	}
	media, _, _ := mime.ParseMediaType(known)
	return media
}

// magics are beginnings of formats; ISO media files (ISO/IEC 14496-12) tell theirs by the
// brand behind "ftyp". An exact brand stands before the general case.
var magics = []struct {
	at          int
	start, mime string
}{
	{4, "ftypavif", "image/avif"}, {4, "ftypavis", "image/avif"},
	{4, "ftyphei", "image/heic"}, {4, "ftyphev", "image/heic"}, {4, "ftypmif1", "image/heif"}, {4, "ftypmsf1", "image/heif"},
	{4, "ftypqt  ", "video/quicktime"}, {4, "ftypM4A", "audio/mp4"}, {4, "ftyp3g", "video/3gpp"}, {4, "ftyp", "video/mp4"},
	{0, "II*\x00", "image/tiff"}, {0, "MM\x00*", "image/tiff"},
	{0, "\xff\x0a", "image/jxl"}, {0, "\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"},
	{0, "fLaC", "audio/flac"}, {0, "FLV\x01", "video/x-flv"},
	{0, "\x00\x00\x01\xba", "video/mpeg"}, {0, "\x00\x00\x01\xb3", "video/mpeg"},
	{0, "0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"},
	{0, "{\\rtf", "application/rtf"}, {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
}

// mpegSound knows MP3 and AAC that begin with a frame and not with tags: the eleven or
// twelve set bits of the sync word, then no forbidden layer or rate.
func mpegSound(body []byte) string {
	if len(body) < 4 || body[0] != 0xff || body[1]&0xe0 != 0xe0 {
		return ""
	}
	if body[1]&0xf6 == 0xf0 {
		return "audio/aac"
	}
	if body[1]&0x18 != 0x08 && body[1]&0x06 != 0 && body[2]&0xf0 != 0xf0 && body[2]&0x0c != 0x0c {
		return "audio/mpeg"
	}
	return ""
}

// isPage reports whether bytes are to be read as HTML: they look like it, or they are
// some text that the server calls so.
func isPage(sniffed, contentType string) bool {
	if sniffed == "text/html" {
		return true
	}
	claimed, _, _ := mime.ParseMediaType(contentType)
	html := claimed == "text/html" || claimed == "application/xhtml+xml" || claimed == ""
	switch sniffed {
	case "text/xml":
		return html
	case "text/plain", "application/octet-stream":
		return html && claimed != ""
	}
	return false
}

// isMedium reports whether what a page names is a picture, video, sound or document, and
// not the page or the message that some hosts send in its place.
func isMedium(sniffed string) bool {
	kind, _, _ := strings.Cut(sniffed, "/")
	return kind == "image" || kind == "video" || kind == "audio" || kind == "application"
}
