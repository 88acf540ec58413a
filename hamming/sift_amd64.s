#include "textflag.h"
#include "go_asm.h"

// How many bits are set in each value of four bits, for VPSHUFB.
DATA ·ones+0(SB)/8, $0x0302020102010100
DATA ·ones+8(SB)/8, $0x0403030203020201
GLOBL ·ones(SB), RODATA|NOPTR, $16

// constants sets Y15 to the table of ones, Y14 to 1 and Y13 to 15 in each byte.
#define constants \
	VBROADCASTI128 ·ones(SB), Y15 \
	VPCMPEQB  Y14, Y14, Y14 \
	VPSRLW    $12, Y14, Y13 \
	VPACKUSWB Y13, Y13, Y13 \
	VPABSB    Y14, Y14

// count replaces each byte of x by the number of its bits; t is lost.
#define count(x, t) \
	VPSRLW  $4, x, t   \
	VPAND   Y13, x, x  \
	VPAND   Y13, t, t  \
	VPSHUFB x, Y15, x  \
	VPSHUFB t, Y15, t  \
	VPADDB  x, t, x

// func siftAVX2(spans []span, next *uint16, row *uint32, found *[room]uint64) (done, n int)
//
// Memory is asked for ahead of its use, a line at a time, for the processor drops
// requests that come in a heap: at each span the first line of the sixteenth span
// after it, and at each step within a span the same step of the eighth after it.
TEXT ·siftAVX2(SB), NOSPLIT, $0-64
	MOVQ spans_base+0(FP), SI
	MOVQ spans_len+8(FP), CX
	MOVQ next+24(FP), BX
	MOVQ row+32(FP), R13
	MOVQ found+40(FP), DI
	XORQ DX, DX                 // found so far
	IMULQ $span__size, CX
	ADDQ SI, CX                 // end of the spans
	constants

	LEAQ (const_ahead*span__size)(SI), AX
	MOVQ SI, R10
first:
	MOVQ span_at(R10), R11
	PREFETCHT0 (BX)(R11*2)
	ADDQ $span__size, R10
	CMPQ R10, AX
	JB   first

span:
	CMPQ SI, CX
	JAE  end
	MOVQ (const_ahead*span__size+span_at)(SI), R11
	PREFETCHT0 (BX)(R11*2)
	MOVQ span_at(SI), R8
	MOVL span_n(SI), R9
	MOVQ (const_ahead/2*span__size+span_at)(SI), R15
	SUBQ R8, R15
	ADDQ R15, R15               // how far off the eighth span after this is
	LEAQ (BX)(R8*2), R8         // next chunk to look at
	LEAQ (R8)(R9*2), R9         // end of the span
	VPBROADCASTW span_query(SI), Y0
	VPBROADCASTW span_over(SI), Y1
	CMPQ R8, R9
	JAE  done

sixteen:
	PREFETCHT0 (R8)(R15*1)
	VPXOR    (R8), Y0, Y2
	count(Y2, Y3)
	VPMADDUBSW Y14, Y2, Y2      // add the two bytes of each chunk
	VPCMPGTW Y2, Y1, Y2
	VPMOVMSKB Y2, AX
	TESTL    AX, AX
	JNZ      some
more:
	ADDQ $32, R8
	CMPQ R8, R9
	JB   sixteen
done:
	ADDQ $span__size, SI
	JMP  span

some:
	ANDL $0x55555555, AX        // one bit a chunk, at twice its lane
each:
	TZCNTL AX, R10
	ADDQ R8, R10
	CMPQ R10, R9
	JAE  full                   // lanes beyond the span
	SUBQ BX, R10
	PREFETCHT0 (R13)(R10*2)
	SHRQ $1, R10
	MOVQ R10, (DI)(DX*8)
	INCQ DX
	BLSRL AX, AX
	JNZ  each
full:
	CMPQ DX, $(const_room-const_lanes)
	JBE  more

	// No room for sixteen more: leave the rest of the span for the next call.
	ADDQ $32, R8
	CMPQ R8, R9
	JAE  finished
	SUBQ R8, R9
	SUBQ BX, R8
	SHRQ $1, R8
	SHRQ $1, R9
	MOVQ R8, span_at(SI)
	MOVL R9, span_n(SI)
	JMP  end
finished:
	ADDQ $span__size, SI
end:
	VZEROUPPER
	MOVQ DX, n+56(FP)
	MOVQ SI, AX
	SUBQ spans_base+0(FP), AX
	XORL DX, DX
	MOVQ $span__size, CX
	DIVQ CX
	MOVQ AX, done+48(FP)
	RET

// func farAVX2(strings []Bits, q *Bits, radius int) int
TEXT ·farAVX2(SB), NOSPLIT, $0-48
	MOVQ strings_base+0(FP), SI
	MOVQ strings_len+8(FP), CX
	MOVQ q+24(FP), AX
	VMOVDQU (AX), Y0
	VPBROADCASTD radius+32(FP), X1
	VPXOR Y12, Y12, Y12
	constants
	XORQ DX, DX                 // strings that are far
four:
	LEAQ 4(DX), AX
	CMPQ AX, CX
	JA   stop
	PREFETCHT0 2048(SI)
	PREFETCHT0 2112(SI)
	VPXOR (SI), Y0, Y2
	VPXOR 32(SI), Y0, Y4
	VPXOR 64(SI), Y0, Y6
	VPXOR 96(SI), Y0, Y8
	count(Y2, Y3)
	count(Y4, Y5)
	count(Y6, Y7)
	count(Y8, Y9)
	VPSADBW Y12, Y2, Y2         // a0 . a1 . a2 . a3 . in words of 32 bits
	VPSADBW Y12, Y4, Y4
	VPSADBW Y12, Y6, Y6
	VPSADBW Y12, Y8, Y8
	VPSLLQ $32, Y4, Y4
	VPSLLQ $32, Y8, Y8
	VPOR   Y2, Y4, Y2           // a0 b0 a1 b1 a2 b2 a3 b3
	VPOR   Y6, Y8, Y6           // c0 d0 c1 d1 c2 d2 c3 d3
	VPUNPCKLQDQ Y6, Y2, Y3      // a0 b0 c0 d0 a2 b2 c2 d2
	VPUNPCKHQDQ Y6, Y2, Y4      // a1 b1 c1 d1 a3 b3 c3 d3
	VPADDD Y3, Y4, Y2
	VEXTRACTI128 $1, Y2, X3
	VPADDD X2, X3, X2           // distances of a b c d
	VPCMPGTD X1, X2, X2
	VMOVMSKPS X2, AX
	XORL $15, AX                // within
	JNZ  found
	ADDQ $128, SI
	ADDQ $4, DX
	JMP  four
found:
	TZCNTL AX, AX
	ADDQ AX, DX
stop:
	VZEROUPPER
	MOVQ DX, ret+40(FP)
	RET

// func prefetch(base unsafe.Pointer, places []uint32, shift uint)
TEXT ·prefetch(SB), NOSPLIT, $0-40
	MOVQ base+0(FP), BX
	MOVQ places_base+8(FP), SI
	MOVQ places_len+16(FP), DX
	MOVQ shift+32(FP), CX
	LEAQ (SI)(DX*4), DX
	JMP  test
loop:
	MOVL (SI), AX
	SHLQ CX, AX
	PREFETCHT0 (BX)(AX*1)
	ADDQ $4, SI
test:
	CMPQ SI, DX
	JB   loop
	RET
