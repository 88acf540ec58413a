package fetch

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
)

// line is a connection on which a tape can be laid. HTTP/1.1 without pipelining has one
// exchange on a line at a time, so a tape laid before the request is written and lifted
// after the answer was read holds that exchange and nothing else, on a kept line as well
// as on a fresh one. Over TLS the line is what TLS carries: tapes hold plain text.
type line struct {
	net.Conn
	tape atomic.Pointer[tape]
}

func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if t := l.tape.Load(); t != nil && n > 0 {
		t.hear(l, p[:n])
	}
	return n, err
}

// Write records first: the answer may be read whole before this goroutine runs again.
func (l *line) Write(p []byte) (int, error) {
	if t := l.tape.Load(); t != nil {
		t.say(l, p)
	}
	return l.Conn.Write(p)
}

// tape holds the bytes of one exchange. Its size is bounded by who reads the line: nobody
// reads on after MaxBytes.
type tape struct {
	mu          sync.Mutex
	on          *line
	said, heard []byte
}

// lay starts the tape afresh on a line. The transport may call for another line when a
// kept one turned out to be dead; only the last one counts.
func (t *tape) lay(l *line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on != nil {
		t.on.tape.Store(nil)
	}
	t.on, t.said, t.heard = l, nil, nil
	l.tape.Store(t)
}

func (t *tape) say(l *line, p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on == l {
		t.said = append(t.said, p...)
	}
}

func (t *tape) hear(l *line, p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on == l {
		t.heard = append(t.heard, p...)
	}
}

// lift ends the recording and returns it. The one thing taken out is the line with our
// password for a proxy, which must not get into evidence.
func (t *tape) lift() (said, heard []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on != nil {
		t.on.tape.CompareAndSwap(t, nil)
		t.on = nil
	}
	return withoutField(t.said, "Proxy-Authorization"), t.heard
}

func withoutField(message []byte, name string) []byte {
	head, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	at := bytes.Index(head, []byte("\r\n"+name+":"))
	if at < 0 {
		return message
	}
	rest := message[at+2:]
	length := bytes.Index(rest, []byte("\r\n"))
	return append(message[:at+2:at+2], rest[length+2:]...)
}
