package match

import (
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/minhash"
)

// Who carries things by their digests, and what their features are; all of them, and those
// that were gone before the moment $12, without the item $11.
const (
	filmsOf  = "SELECT im.item_id, m.sha256, m.sha256, m.video, "
	soundsOf = "SELECT im.item_id, m.sha256, m.sha256, m.sound, "
	mediaIn  = " FROM medium m JOIN item_medium im ON im.sha256 = m.sha256"
	mediaAre = " WHERE m.sha256 IN (" + ten + ")"
	mediaGo  = " JOIN recheck r ON r.item_id = im.item_id" + mediaAre + " AND im.item_id <> $11 AND r.gone_at < $12"

	textsOf  = "SELECT t.item_id, t.sha256, CASE WHEN t.medium <> '' THEN t.medium ELSE t.sha256 END, t.text, "
	textsIn  = " FROM item_text t"
	textsAre = " WHERE t.sha256 IN (" + ten + ") AND t.text <> ''"
	textsGo  = " JOIN recheck r ON r.item_id = t.item_id" + textsAre + " AND t.item_id <> $11 AND r.gone_at < $12"

	sqlFilmsHeld  = filmsOf + "0" + mediaIn + mediaAre
	sqlFilmsGone  = filmsOf + "r.gone_at" + mediaIn + mediaGo
	sqlSoundsHeld = soundsOf + "0" + mediaIn + mediaAre
	sqlSoundsGone = soundsOf + "r.gone_at" + mediaIn + mediaGo
	sqlTextsHeld  = textsOf + "0" + textsIn + textsAre
	sqlTextsGone  = textsOf + "r.gone_at" + textsIn + textsGo
	sqlTLSHHeld   = "SELECT t.item_id, t.sha256, CASE WHEN t.medium <> '' THEN t.medium ELSE t.sha256 END, t.tlsh, 0" + textsIn + textsAre
)

// held is a thing that an item carries.
type held struct {
	item   id.Item
	digest string
	shown  string // the medium that is told
	value  string // see Index.features
	tie    Reupload
}

func readHeld(scan sqldb.Scanner) (h held, err error) {
	return h, scan(&h.item, &h.digest, &h.shown, &h.value, sqldb.Into(&h.tie.GoneAt))
}

// recorded looks up a video or a sound by its features.
func (l *lookup) recorded(kind, sha256, value string) error {
	if value == "" {
		return nil
	}
	features, err := l.x.features(l.tx.Context(), kind, value)
	if err != nil {
		return l.x.losing(l.tx.Context(), err, "medium %s", sha256)
	}
	if err := l.x.learn(l.tx.Context(), kind, sha256, value); err != nil {
		return err
	}
	if err := l.banked(kind, sha256, features); err != nil {
		return err
	}
	q := sqldb.SQL(sqlFilmsGone)
	if kind == KindSound {
		q = sqlSoundsGone
	}
	return l.earlier(kind, q, sha256, features)
}

// written looks up a text.
func (l *lookup) written(t written) error {
	if err := l.x.learnText(l.tx.Context(), t); err != nil {
		return err
	}
	if t.tlsh != "" {
		if err := l.banked(KindTLSH, t.shown(), []byte(t.tlsh)); err != nil {
			return err
		}
	}
	if t.minhash == "" {
		return nil
	}
	text, err := l.x.features(l.tx.Context(), KindText, t.text)
	if err != nil {
		return l.x.losing(l.tx.Context(), err, "text %s", t.digest)
	}
	if err := l.banked(KindText, t.shown(), text); err != nil || len(minhash.Shingles(string(text))) < leastAgain {
		return err
	}
	return l.earlier(KindText, sqlTextsGone, t.shown(), text)
}

// banked compares a thing with the entries that may be like it and that count now.
func (l *lookup) banked(kind, sha256 string, features []byte) error {
	keys, err := l.x.bankedAs[kind].near(features)
	if err != nil {
		return l.x.losing(l.tx.Context(), err, "medium %s", sha256)
	}
	var list []entry
	err = tens(keys, []any{l.target, sqldb.At(l.tx.Now)}, func(args []any) error {
		return l.each(sqlByNumber, args, func(e entry) { list = append(list, e) })
	})
	if err != nil {
		return err
	}
	for _, e := range list {
		kept, err := l.x.features(l.tx.Context(), kind, e.value)
		if err != nil {
			if err := l.x.losing(l.tx.Context(), err, "entry %d", e.number); err != nil {
				return err
			}
			continue
		}
		if like, ok := compare(kind, features, kept); ok {
			l.matches = append(l.matches, e.of(Match{SHA256: sha256, Kind: kind, Distance: like.distance, Share: like.share}))
		}
	}
	return nil
}

// compare decides. Features that cannot be understood are like nothing: who took them in
// has told of them.
func compare(kind string, query, bank []byte) (likeness, bool) {
	s, _ := sortOf(kind)
	like, ok, err := s.compare(query, bank)
	return like, ok && err == nil
}

// earlier compares a thing with those like it that items carried which were gone before.
func (l *lookup) earlier(kind string, q sqldb.SQL, sha256 string, features []byte) error {
	digests, err := l.x.seenAs[kind].like(features)
	if err != nil {
		return l.x.losing(l.tx.Context(), err, "medium %s", sha256)
	}
	var list []held
	err = tens(digests, []any{l.target, l.again.created}, func(args []any) error {
		some, err := sqldb.List(l.tx, q, args, readHeld)
		list = append(list, some...)
		return err
	})
	if err != nil {
		return err
	}
	for like, h := range l.x.alike(l.tx.Context(), kind, list, func(kept []byte) (likeness, bool) { return compare(kind, features, kept) }) {
		h.tie.Earlier, h.tie.SHA256, h.tie.EarlierSHA256, h.tie.Kind, h.tie.Distance = h.item, sha256, h.shown, kind, like.distance
		l.again.add(h.tie)
	}
	return l.tx.Context().Err()
}
