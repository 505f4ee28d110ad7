/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* TCP: nothing per packet. The kernel counts per socket; we read at the end of a window and at the end of the socket. */
#ifndef FLOWLAKE_TCP_H
#define FLOWLAKE_TCP_H

#define TCP_HEADER_BARE 20
/* A SYN carries options a usual segment does not: with timestamps 20 bytes against 12, without them 12 against none. */
#define SYN_OPTIONS_OVER_TIMESTAMPS 8
#define SYN_OPTIONS_BARE 12

/* What a count adds to an entry. */
struct tcp_news {
	__u64 payload_out;
	__u64 payload_in;
	__u64 bytes_retrans;
	__u64 unacked;		/* at close: sent, and never acknowledged */
	__u32 segs_out;
	__u32 segs_in;
	__u32 retransmits;
	__u32 lost;
	__u32 rto_time_ms;
	__u16 rto_count;
	bool opened;
	bool accepted;
	bool failed;
	__u32 srtt_us;
	__u16 header;		/* bytes of TCP and IP header of a usual segment */
	__u16 syn_options;
	__u32 syn_retransmits;
};

static __always_inline void copy_ipv6(union flow_address *to, const struct in6_addr *from)
{
	for (int word = 0; word < 4; word++)
		to->words[word] = from->in6_u.u6_addr32[word];
}

static __always_inline void read_key(struct flow_key *key, struct sock *sk, enum flow_role role)
{
	__builtin_memset(key, 0, sizeof(*key));
	key->cgroup = sk->sk_cgrp_data.cgroup->kn->id;
	key->protocol = IPPROTO_TCP;
	key->role = role;
	key->server_port = role == FLOW_ROLE_CLIENT ? bpf_ntohs(sk->__sk_common.skc_dport) : sk->__sk_common.skc_num;
	if (sk->__sk_common.skc_family == AF_INET6) {
		/* A dual-stack server's IPv4 peer is here too, already mapped. */
		copy_ipv6(&key->local, &sk->__sk_common.skc_v6_rcv_saddr);
		copy_ipv6(&key->remote, &sk->__sk_common.skc_v6_daddr);
	} else {
		map_ipv4(&key->local, sk->__sk_common.skc_rcv_saddr);
		map_ipv4(&key->remote, sk->__sk_common.skc_daddr);
	}
}

static __always_inline __u8 ip_header_of(const struct flow_key *key)
{
	return is_ipv4(&key->remote) ? 20 : 40;
}

/* Orders the loads before it against those after it on every architecture: a full barrier is all BPF has. */
static __always_inline void order_loads(struct flow_socket *socket)
{
	__sync_lock_test_and_set(&socket->fence, 0);
}

/* Whether somebody may be changing the socket right now. */
static __always_inline bool is_busy(struct sock *sk)
{
	if (!bpf_core_field_exists(sk->sk_lock.slock.rlock.raw_lock.val.counter))
		return true;
	return sk->sk_lock.slock.rlock.raw_lock.val.counter || sk->sk_lock.owned;
}

static __always_inline bool fin_is_sent(__u8 state)
{
	return state == TCP_FIN_WAIT1 || state == TCP_FIN_WAIT2 || state == TCP_CLOSING ||
	       state == TCP_LAST_ACK || state == TCP_TIME_WAIT;
}

/*
 * Takes what is new since the last count, under the socket's storage lock: direct loads only, helpers are refused there.
 *
 * Payload is bytes_acked less our SYN and our acknowledged FIN, and bytes_received less the peer's FIN. A sweep does not
 * hold the socket's own lock, so it may look between a FIN being counted and being marked. It therefore reads the counters,
 * then the socket's lock, then the marks: if the lock was free, no packet was half way. If not, it holds back the byte that
 * might be a FIN and leaves it to the next count. At close the socket's lock is ours and everything is exact.
 */
static __always_inline void take_news(struct tcp_news *news, struct tcp_sock *tcp, struct flow_socket *socket, bool closing)
{
	struct sock *sk = &tcp->inet_conn.icsk_inet.sk;
	struct socket_counted *counted = &socket->counted;
	__u64 acked = tcp->bytes_acked;
	__u64 received = tcp->bytes_received;
	__u64 bytes_retrans = tcp->bytes_retrans;
	__u32 segs_out = tcp->segs_out;
	__u32 segs_in = tcp->segs_in;
	__u32 retransmits = tcp->total_retrans;
	__u32 lost = tcp->lost;
	__u16 rto_count = 0;
	__u32 rto_time_ms = 0;
	__u64 not_payload;
	bool busy = false;
	__u8 state;

	if (bpf_core_field_exists(tcp->total_rto)) {
		rto_count = tcp->total_rto;
		rto_time_ms = tcp->total_rto_time;
	}
	if (!closing) {
		order_loads(socket);
		busy = is_busy(sk);
		order_loads(socket);
	}

	state = sk->__sk_common.skc_state;
	not_payload = socket->syn_counted;
	if (fin_is_sent(state) && (busy || tcp->snd_una == tcp->write_seq))
		not_payload++;
	else if (closing && socket->phase == SOCKET_ESTABLISHED)
		news->unacked = (__u32)(tcp->snd_nxt - tcp->snd_una) - fin_is_sent(state);
	acked = acked > not_payload ? acked - not_payload : 0;

	not_payload = busy || (sk->__sk_common.skc_flags >> bpf_core_enum_value(enum sock_flags, SOCK_DONE) & 1);
	received = received > not_payload ? received - not_payload : 0;

	/* A byte held back now that was counted before stays counted: totals never go back. */
	if (acked > counted->payload_out) {
		news->payload_out = acked - counted->payload_out;
		counted->payload_out = acked;
	}
	if (received > counted->payload_in) {
		news->payload_in = received - counted->payload_in;
		counted->payload_in = received;
	}
	counted->held = busy;

	news->bytes_retrans = bytes_retrans - counted->bytes_retrans;
	news->segs_out = segs_out - counted->segs_out;
	news->segs_in = segs_in - counted->segs_in;
	news->retransmits = retransmits - counted->retransmits;
	news->lost = lost - counted->lost;
	news->rto_count = rto_count - counted->rto_count;
	news->rto_time_ms = rto_time_ms - counted->rto_time_ms;
	news->opened = !counted->opened && socket->phase == SOCKET_ESTABLISHED;
	news->accepted = !socket->syn_counted;
	news->failed = socket->phase == SOCKET_CONNECTING;
	news->srtt_us = tcp->srtt_us >> 3;
	news->header = socket->ip_header + tcp->tcp_header_len;
	news->syn_options = tcp->tcp_header_len > TCP_HEADER_BARE ? SYN_OPTIONS_OVER_TIMESTAMPS : SYN_OPTIONS_BARE;
	news->syn_retransmits = socket->syn_retransmits;

	counted->bytes_retrans = bytes_retrans;
	counted->segs_out = segs_out;
	counted->segs_in = segs_in;
	counted->retransmits = retransmits;
	counted->lost = lost;
	counted->rto_count = rto_count;
	counted->rto_time_ms = rto_time_ms;
	counted->opened = 1;
	if (closing)
		socket->phase = SOCKET_FINAL;
}

static __always_inline void add_news(struct flow_counters *entry, struct tcp_news *news, bool closing)
{
	__u64 packets_out = news->segs_out;
	__u64 header_out = news->bytes_retrans + news->unacked;
	__u64 header_in = 0;

	if (news->failed) {
		/* All it sent were SYNs; what came, if anything, was a bare reset. */
		header_out += (__u64)news->segs_out * news->syn_options;
	} else if (news->opened) {
		header_in += news->syn_options;
		header_out += (1 + (__u64)news->syn_retransmits) * news->syn_options;
		/* An accepted socket does not know the SYN-ACKs: they were sent before it was made. */
		if (news->accepted)
			packets_out += 1 + (__u64)news->syn_retransmits;
	}
	header_out += packets_out * news->header;
	header_in += (__u64)news->segs_in * news->header;

	add(&entry->payload_out, news->payload_out);
	add(&entry->payload_in, news->payload_in);
	add(&entry->header_out, header_out);
	add(&entry->header_in, header_in);
	add(&entry->packets_out, packets_out);
	add(&entry->packets_in, news->segs_in);
	add(&entry->connections_opened, news->opened);
	add(&entry->connections_closed, closing && !news->failed);
	add(&entry->connections_failed, news->failed);
	add(&entry->retransmits, news->retransmits);
	add(&entry->segments_lost, news->lost);
	add(&entry->rto_count, news->rto_count);
	add(&entry->rto_time_us, (__u64)news->rto_time_ms * 1000);
	if (news->srtt_us) {
		add(&entry->srtt_us_sum, news->srtt_us);
		add(&entry->srtt_count, 1);
		lower(&entry->srtt_us_min, news->srtt_us);
		raise(&entry->srtt_us_max, news->srtt_us);
	}
}

static __always_inline bool has_news(struct tcp_sock *tcp, struct flow_socket *socket)
{
	/* Every byte, acknowledged or received, came with a segment. */
	return !socket->counted.opened || socket->counted.held ||
	       tcp->segs_in != socket->counted.segs_in || tcp->segs_out != socket->counted.segs_out;
}

/*
 * Counts a live socket. The place is found before anything is taken, so that a full map leaves the socket as it was and the
 * next sweep tries again. Finding a place calls helpers, so the lock is let go meanwhile; `life` tells whether the socket
 * became another one since.
 */
static __always_inline void count_live(struct tcp_sock *tcp, struct flow_socket *socket)
{
	struct flow_namespace *unobserved;
	struct flow_counters *entry = NULL;
	struct tcp_news news = {};
	struct flow_key key;
	__u32 life;
	__u8 phase;

	bpf_spin_lock(&socket->lock);
	key = socket->key;
	life = socket->life;
	phase = socket->phase;
	bpf_spin_unlock(&socket->lock);
	if (phase != SOCKET_ESTABLISHED)
		return;

	unobserved = exclusion_of(key.cgroup);
	if (!unobserved) {
		entry = flow_entry(&key);
		if (!entry) {
			lose(sweeps_postponed, 1);
			return;
		}
	}

	bpf_spin_lock(&socket->lock);
	if (socket->phase == SOCKET_FINAL || socket->life != life) {
		bpf_spin_unlock(&socket->lock);
		return;
	}
	take_news(&news, tcp, socket, false);
	bpf_spin_unlock(&socket->lock);

	if (entry)
		add_news(entry, &news, false);
	else if (unobserved)
		add(&unobserved->bytes, news.payload_out + news.payload_in);
}

/* Takes the last news of a socket, once. Its key stays as it is from then on, until the socket connects again. */
static __always_inline bool take_last(struct tcp_news *news, struct tcp_sock *tcp, struct flow_socket *socket)
{
	bool is_counted;

	bpf_spin_lock(&socket->lock);
	is_counted = socket->phase == SOCKET_CONNECTING || socket->phase == SOCKET_ESTABLISHED;
	if (is_counted)
		take_news(news, tcp, socket, true);
	bpf_spin_unlock(&socket->lock);
	return is_counted;
}

/* A connect that was never established left nothing with its socket: all there is to know of it, the socket knows itself. */
static __always_inline bool take_failed(struct tcp_news *news, struct flow_key *key, struct tcp_sock *tcp)
{
	struct flow_socket socket = { .phase = SOCKET_CONNECTING, .syn_counted = 1 };

	read_key(key, &tcp->inet_conn.icsk_inet.sk, FLOW_ROLE_CLIENT);
	if (stays_on_host(key))
		return false;
	socket.ip_header = ip_header_of(key);
	take_news(news, tcp, &socket, true);
	return true;
}

/* What was taken has to go somewhere: to its flow, to the reserve where that has no room, else to what is lost. */
static __always_inline void count_last(const struct flow_key *key, struct tcp_news *news, bool silent)
{
	__u64 bytes = news->payload_out + news->payload_in;
	struct flow_namespace *unobserved;
	struct flow_counters *entry;

	if (silent) {
		lose(stopped, 1);
		lose(stopped_bytes, bytes);
		return;
	}
	unobserved = exclusion_of(key->cgroup);
	if (unobserved) {
		add(&unobserved->connections, 1);
		add(&unobserved->bytes, bytes);
		return;
	}
	entry = flow_entry(key);
	if (!entry) {
		lose(closes_folded, 1);
		entry = reserve_entry(key);
	}
	if (!entry) {
		lose(reserve_full, 1);
		lose(reserve_full_bytes, bytes);
		return;
	}
	add_news(entry, news, true);
}

/* A socket without storage: of this host alone, or one we never saw established. */
static __always_inline void end_untagged(struct tcp_sock *tcp)
{
	struct flow_namespace *unobserved;
	struct flow_key key;
	__u64 acked = tcp->bytes_acked;

	read_key(&key, &tcp->inet_conn.icsk_inet.sk, FLOW_ROLE_CLIENT);
	unobserved = exclusion_of(key.cgroup);
	if (stays_on_host(&key)) {
		lose(loopback, 1);
		lose(loopback_bytes, acked);
	} else if (unobserved) {
		add(&unobserved->connections, 1);
		add(&unobserved->bytes, acked + tcp->bytes_received);
	} else {
		lose(untagged, 1);
		lose(untagged_bytes, acked + tcp->bytes_received);
	}
}

#endif
