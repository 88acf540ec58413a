package document

import (
	"strings"
	"testing"
)

// arabic is a removal order in Arabic, with links and addresses that run from left to right.
func arabic() Document {
	d := sample(AnnexI)
	d.Language = "ar"
	d.Values["a.addressee"] = "شركة الفيديو المثالية"
	d.Values["g.provisions"] = "انظر https://law.unit.example/redress بشأن المهل."
	d.Values["b.location"] = "في الدقيقة 3:20 من التسجيل."
	d.Values["b.additional_information"] = "يدعو المنشور إلى الانضمام إلى مجموعة مختلقة، انظر https://video.example/channel/sample?x=1 ثم قارن."
	return d
}

// TestRightToLeft: the document runs from right to left, each link in it from left to right and
// kept apart from what stands around it.
func TestRightToLeft(t *testing.T) {
	page, err := arabic().HTML()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/annex-1-ar.html", page)
	for _, want := range []string{
		`<html lang="ar" dir="rtl">`,
		`<bdi dir="ltr" class="link">https://video.example/watch/1?t=30&amp;list=a</bdi>`,
		`انظر <bdi dir="ltr" class="link">hxxps://video[.]example/channel/sample?x=1</bdi> ثم`,
		`انظر <bdi dir="ltr" class="link">https://law.unit.example/redress</bdi> بشأن`, // the authority's own
		`<bdi dir="ltr">https://desk.unit.example/v1/answers/plt_1</bdi>`,
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, lang := range Languages() {
		d := sample(AnnexI)
		d.Language = lang
		page, err := d.HTML()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(page), `<html lang="`+lang+`" dir="rtl">`); got != (lang == "ar") {
			t.Errorf("%s runs from right to left: %t", lang, got)
		}
	}
}
