package media

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"image"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
)

// pdf is a document being written by hand (ISO 32000-1): objects, then where each stands.
type pdf struct{ objects []string }

func (p *pdf) add(object string) (number int) {
	p.objects = append(p.objects, object)
	return len(p.objects)
}

func (p *pdf) stream(dict string, data []byte) int {
	return p.add(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data))
}

// bytes writes the document whose pages have the given contents and resources.
func (p *pdf) bytes(resources string, contents ...string) []byte {
	pages, kids := len(p.objects)+1, ""
	p.add("") // comes last
	for _, c := range contents {
		n := p.stream("", []byte(c))
		kids += fmt.Sprintf("%d 0 R ", p.add(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 6000 800] /Resources << %s >> /Contents %d 0 R >>", pages, resources, n)))
	}
	p.objects[pages-1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(contents))
	root := p.add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", pages))
	var out bytes.Buffer
	out.WriteString("%PDF-1.5\n")
	var table strings.Builder
	for i, object := range p.objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(p.objects)+1, &table, len(p.objects)+1, root, start)
	return out.Bytes()
}

// picture adds a picture as its rows, deflated.
func (p *pdf) picture(img *image.RGBA) int {
	var raw bytes.Buffer
	z := zlib.NewWriter(&raw)
	for i := 0; i < len(img.Pix); i += 4 {
		z.Write(img.Pix[i : i+3])
	}
	z.Close()
	return p.image(img.Rect, "FlateDecode", raw.Bytes())
}

func (p *pdf) image(r image.Rectangle, filter string, data []byte) int {
	return p.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /%s", r.Dx(), r.Dy(), filter), data)
}

// font adds a font without outlines whose codes are UTF-16, which is all that reading needs.
func (p *pdf) font() int {
	codes := p.stream("", []byte("/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"+
		"2 beginbfrange <0000> <00ff> <0000> <0600> <06ff> <0600> endbfrange endcmap end"))
	descriptor := p.add("<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontBBox [0 0 500 700] /ItalicAngle 0 /Ascent 700 /Descent 0 /CapHeight 700 /StemV 80 >>")
	cid := p.add(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /DW 500 >>", descriptor))
	return p.add(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", cid, codes))
}

// line shows a text as a typesetter does: the letters from left to right, whatever they are.
func line(y int, text string) string {
	var hex strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&hex, "%04x", unit)
	}
	return fmt.Sprintf("BT /F 12 Tf 40 %d Td <%s> Tj ET\n", y, &hex)
}

func reversed(text string) string {
	var out []rune
	for _, r := range text {
		out = append([]rune{r}, out...)
	}
	return string(out)
}

func needPoppler(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("poppler-utils is not installed: apt-get install --no-install-recommends poppler-utils")
	}
}

func inside(t *testing.T, store *blob.Store, f capture.Found) (text string, pictures []capture.Found, fault string) {
	t.Helper()
	sum, pictures, fault, err := insideDocument(t.Context(), store, f)
	if err != nil {
		t.Fatal(err)
	}
	if !sum.IsZero() {
		data, err := store.Bytes(t.Context(), sum, longestText)
		if err != nil {
			t.Fatal(err)
		}
		text = string(data)
	}
	return text, pictures, fault
}

func TestInsideADocument(t *testing.T) {
	needPoppler(t)
	store := newStore(t)
	var p pdf
	plain, photo := pattern(1, 200, 150), pattern(2, 256, 192)
	jpeg := asJPEG(t, photo, 85)
	a, b, small := p.picture(plain), p.image(photo.Rect, "DCTDecode", jpeg), p.picture(pattern(3, 40, 40))
	font := p.font()
	arabic := "سجل مقياس المطر في الحديقة"
	body := line(700, "Garden notes, page 4") + line(680, reversed(arabic)) +
		"q 200 0 0 150 40 400 cm /A Do Q q 40 0 0 40 300 400 cm /S Do Q q 256 0 0 192 40 100 cm /B Do Q\n"
	f := found(t, store, "application/pdf", p.bytes(fmt.Sprintf("/Font << /F %d 0 R >> /XObject << /A %d 0 R /B %d 0 R /S %d 0 R >>", font, a, b, small), body, line(700, "The second page")+"/A Do"))
	text, pictures, fault := inside(t, store, f)
	if fault != "" || !strings.Contains(text, "Garden notes, page 4") || !strings.Contains(text, "The second page") {
		t.Errorf("%q, fault %q", text, fault)
	}
	if !strings.Contains(text, arabic) {
		t.Errorf("the Arabic line does not read from right to left: %q", text)
	}
	if len(pictures) != 2 {
		t.Fatalf("%d pictures, want 2: no small ones, and the same once: %+v", len(pictures), pictures)
	}
	if pictures[1].MIME != "image/jpeg" || pictures[1].Sum != blob.SumOf(jpeg) || pictures[1].Size != int64(len(jpeg)) {
		t.Errorf("the JPEG came out as another file: %+v", pictures[1])
	}
	m, err := one(t.Context(), store, pictures[0])
	hash, _ := pdq.FromImage(plain)
	if err != nil || m.PDQ != hash.String() || m.MIME != "image/png" || m.URL != f.URL+"#picture-1" {
		t.Errorf("%+v, %v, want %s", m, err, hash)
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	needPoppler(t)
	store := newStore(t)
	var many pdf
	names, body := "", ""
	for i := range documentPictures + 5 {
		names += fmt.Sprintf("/P%d %d 0 R ", i, many.picture(pattern(uint64(100+i), 64, 64)))
		body += fmt.Sprintf("/P%d Do\n", i)
	}
	if _, pictures, fault := inside(t, store, found(t, store, "application/pdf", many.bytes("/XObject << "+names+">>", body))); len(pictures) != documentPictures || fault != "" {
		t.Errorf("%d pictures, fault %q", len(pictures), fault)
	}

	// A few bytes that promise 900 million pixels; the page beside it is still read.
	var bomb pdf
	vast, modest := bomb.image(image.Rect(0, 0, 30_000, 30_000), "FlateDecode", []byte("x\x9c\x03\x00\x00\x00\x00\x01")), bomb.picture(pattern(7, 80, 80))
	names = fmt.Sprintf("/XObject << /V %d 0 R /M %d 0 R >>", vast, modest)
	if _, pictures, fault := inside(t, store, found(t, store, "application/pdf", bomb.bytes(names, "/V Do /M Do", "/M Do"))); len(pictures) != 1 || fault != "" {
		t.Errorf("beside a page with too many pixels: %+v, fault %q", pictures, fault)
	}
	if text, _, fault := inside(t, store, capture.Found{MIME: "application/pdf", Size: largestDocument + 1}); text != "" || fault != FaultTooLarge {
		t.Errorf("too large: %q", fault)
	}

	var long pdf
	page := ""
	for i := range 60 {
		page += line(780-12*i, strings.Repeat("rain in the garden ", 40))
	}
	pages := make([]string, 60)
	for i := range pages {
		pages[i] = page
	}
	font := long.font()
	text, _, fault := inside(t, store, found(t, store, "application/pdf", long.bytes(fmt.Sprintf("/Font << /F %d 0 R >>", font), pages...)))
	if len(text) < longestText/2 || len(text) > longestText || fault != "" {
		t.Errorf("%d bytes of a long text, fault %q", len(text), fault)
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	store := newStore(t)
	noise := found(t, store, "application/pdf", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0x5a, 0xff}, 500)...))
	t.Run("damaged", func(t *testing.T) {
		needPoppler(t)
		if text, pictures, fault := inside(t, store, noise); text != "" || pictures != nil || fault != FaultDamaged {
			t.Errorf("%q, %v, %q", text, pictures, fault)
		}
	})
	t.Run("no program", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if text, pictures, fault := inside(t, store, noise); text != "" || pictures != nil || fault != FaultNoDecoder {
			t.Errorf("%q, %v, %q", text, pictures, fault)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, _, err := insideDocument(ctx, store, noise); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
	noise.Sum = blob.SumOf([]byte("nowhere"))
	for _, mime := range []string{"application/pdf", "text/plain"} {
		noise.MIME = mime
		if _, _, _, err := insideDocument(t.Context(), store, noise); !problem.Is(err, problem.NotFound) {
			t.Errorf("%s: %v", mime, err)
		}
	}
	noise.MIME = "image/png"
	if text, pictures, fault := inside(t, store, noise); text != "" || pictures != nil || fault != "" {
		t.Errorf("a picture is no document: %q %q", text, fault)
	}
}

func TestPlainTextDocuments(t *testing.T) {
	store := newStore(t)
	for body, want := range map[string]string{
		"\xef\xbb\xbfAll quiet\r\n\x00here\x1b ": "All quiet\nhere",
		"\xff\xfeA\x00b\x00":                     "Ab",
		"Stra\xdfe":                              "Straße", // windows-1252, as the HTML standard has it for what is not UTF-8
		"  \n":                                   "",
		strings.Repeat("é", longestText):         strings.Repeat("é", longestText/2),
	} {
		f := found(t, store, "text/plain", []byte(body))
		if text, pictures, fault := inside(t, store, f); text != want || pictures != nil || fault != "" {
			t.Errorf("%.20q became %.40q, fault %q", body, text, fault)
		}
	}
}

func TestWanted(t *testing.T) {
	table := `page   num  type   width height color comp bpc  enc interp  object ID x-ppi y-ppi size ratio
--------------------------------------------------------------------------------------------
   1     0 image     200   150  rgb     3   8  image  no         5  0   100   100 2000B 2.2%
   1     1 smask     200   150  gray    1   8  image  no         6  0   100   100 2000B 2.2%
   1     2 image     100   100  rgb     3   8  jpeg   no   [inline]     100   100 2000B 2.2%
   2     3 image     200   150  rgb     3   8  image  no         5  0   100   100 2000B 2.2%
   2     4 image      63   150  rgb     3   8  image  no         7  0   100   100 2000B 2.2%
   3     5 image   90000 90000  rgb     3   8  image  no         8  0   100   100 2000B 2.2%
   3     6 image     200   150  rgb     3   8  image  no         9  0   100   100 2000B 2.2%
   4     7 image     100   100  rgb     3   8  jpeg   no   [inline]     100   100 2000B 2.2%
   4     8 image 99999999999999999999 100 rgb 3 8 jpeg no [inline] 100
   4`
	got := fmt.Sprint(wanted(table))
	want := "[[{1 0 200 150 image 5} {1 2 100 100 image [inline]}] [{4 0 100 100 image [inline]}]]"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	crowd := strings.Repeat("1 0 image 100 100 rgb 3 8 image no [inline]\n", pagePictures+1)
	if pages := wanted(crowd); len(pages) != 0 {
		t.Errorf("%d pages of scraps", len(pages))
	}
}
