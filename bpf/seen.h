/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Reading what the kernel knows of a TCP socket: of one that is ours to read, and of one that somebody else may be changing. */
#ifndef FLOWLAKE_SEEN_H
#define FLOWLAKE_SEEN_H

/* What the kernel has counted of a socket, and its state. */
struct tcp_seen {
	__u64 acked;
	__u64 received;
	__u64 bytes_retrans;
	__u32 segs_out;
	__u32 segs_in;
	__u32 retransmits;
	__u32 lost;
	__u32 rto_time_ms;
	__u32 unacked;		/* sent, and never acknowledged */
	__u32 srtt_us;
	__u16 rto_count;
	__u16 header;		/* bytes of the TCP header of a usual segment */
	__u8 state;
	bool all_acked;
	bool fin_received;
	bool busy;		/* somebody may have been changing it meanwhile */
};

/* Sockets that are ours to read are read directly, others by their address: what is no longer there reads as zero. */
#define READ(to, from) do {						\
	if (is_ours)							\
		(to) = (from);						\
	else								\
		bpf_core_read(&(to), sizeof(to), &(from));		\
} while (0)

/*
 * At close the socket's own lock is ours and everything is exact. A sweep does not hold it, so it may look between a FIN being
 * counted and being marked. It therefore reads the counters, then whether the lock is free, then the marks: if it was, no packet was half way.
 */
static __always_inline void see(struct tcp_seen *seen, struct tcp_sock *tcp, bool closing, const bool is_ours)
{
	struct sock *sk = &tcp->inet_conn.icsk_inet.sk;
	__u32 snd_una, snd_nxt, write_seq;
	unsigned long flags;

	READ(seen->acked, tcp->bytes_acked);
	READ(seen->received, tcp->bytes_received);
	READ(seen->bytes_retrans, tcp->bytes_retrans);
	READ(seen->segs_out, tcp->segs_out);
	READ(seen->segs_in, tcp->segs_in);
	READ(seen->retransmits, tcp->total_retrans);
	READ(seen->lost, tcp->lost);
	READ(seen->srtt_us, tcp->srtt_us);
	READ(seen->header, tcp->tcp_header_len);
	seen->rto_count = 0;
	seen->rto_time_ms = 0;
	if (bpf_core_field_exists(tcp->total_rto)) {
		READ(seen->rto_count, tcp->total_rto);
		READ(seen->rto_time_ms, tcp->total_rto_time);
	}
	seen->busy = false;
	if (!closing) {
		seen->busy = true;
		order_loads();
		if (bpf_core_field_exists(sk->sk_lock.slock.rlock.raw_lock.val.counter)) {
			int word, owned;

			READ(word, sk->sk_lock.slock.rlock.raw_lock.val.counter);
			READ(owned, sk->sk_lock.owned);
			seen->busy = word || owned;
		}
		order_loads();
	}
	READ(seen->state, sk->__sk_common.skc_state);
	READ(snd_una, tcp->snd_una);
	READ(snd_nxt, tcp->snd_nxt);
	READ(write_seq, tcp->write_seq);
	READ(flags, sk->__sk_common.skc_flags);
	seen->unacked = snd_nxt - snd_una;
	seen->all_acked = snd_una == write_seq;
	seen->fin_received = flags >> bpf_core_enum_value(enum sock_flags, SOCK_DONE) & 1;
}

/*
 * The cookie of the socket at an address. A socket's last count comes before the kernel sets it to closed and lets it go, and makes its slot
 * final. So where the slot is not, the socket is there; only one whose end no program of ours was told of may have left its place to another.
 */
static __always_inline __u64 cookie_at(struct tcp_sock *tcp)
{
	__u64 cookie = 0;

	bpf_core_read(&cookie, sizeof(cookie), &tcp->inet_conn.icsk_inet.sk.__sk_common.skc_cookie.counter);
	return cookie;
}

#endif
