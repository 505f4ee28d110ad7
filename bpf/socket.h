/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* What is kept of every tagged TCP socket. Where, is said in keep.h. */
#ifndef FLOWLAKE_SOCKET_H
#define FLOWLAKE_SOCKET_H

enum socket_phase {
	SOCKET_NOT_TAGGED = 0,	/* adoption came too late for it: as if it had no storage */
	SOCKET_CONNECTING = 1,	/* adopted so; others are not kept before they are established */
	SOCKET_ESTABLISHED = 2,
	SOCKET_FINAL = 3,	/* its last count is made; nobody counts it again, and another socket may take its slot */
	SOCKET_UNTAGGED = 4,	/* ended, and told as untagged: nothing but this is known of it */
};

/* How far the socket is counted. Kernel counters in their own width, so that differences survive their wrapping. */
struct socket_counted {
	__u64 payload_out;
	__u64 payload_in;
	__u64 bytes_retrans;
	__u32 segs_out;
	__u32 segs_in;
	__u32 retransmits;
	__u32 lost;
	__u32 rto_time_ms;
	__u16 rto_count;
	__u8 opened;		/* its opening is counted */
	__u8 held;		/* a byte was held back because it might have been a FIN: look again even if nothing moved */
};

struct flow_socket {
	struct bpf_spin_lock lock;	/* sweep and close take turns; guards everything below */
	__u32 life;			/* one more each time it connects, for it may do so again, and each time it is counted */
	__u8 phase;			/* enum socket_phase */
	__u8 syn_counted;		/* 1: bytes_acked has our own SYN in it (we called connect, and were not accepted) */
	__u8 ip_header;			/* bytes of its IP header: 20 or 40 */
	__u8 adopted;			/* open before the agent: no state callbacks, tracepoints see its end */
	__u16 syn_retransmits;		/* SYNs, or at a server SYN-ACKs, sent again before it was established */
	__u16 resets_received;		/* since it was last counted */
	__u64 owner;			/* in a slot: the cookie of the socket it is about; in a socket's own storage: 0 */
	__u64 address;			/* in a slot: where that socket is, for as long as the phase is not final */
	struct flow_key key;
	struct socket_counted counted;
};

_Static_assert(sizeof(struct socket_counted) == 48, "padding is written out");
_Static_assert(sizeof(struct flow_socket) == 128, "two cache lines, padding is written out");

#endif
