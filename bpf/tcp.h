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
	__u32 resets_received;
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

static __always_inline bool fin_is_sent(__u8 state)
{
	return state == TCP_FIN_WAIT1 || state == TCP_FIN_WAIT2 || state == TCP_CLOSING ||
	       state == TCP_LAST_ACK || state == TCP_TIME_WAIT;
}

/*
 * Takes what is new since the last count, under the lock of what is kept of the socket.
 *
 * Payload is bytes_acked less our SYN and our acknowledged FIN, and bytes_received less the peer's FIN. Where the socket was busy
 * the byte that might be a FIN is held back and left to the next count.
 */
static __always_inline void take_news(struct tcp_news *news, const struct tcp_seen *seen, struct flow_socket *socket, bool closing)
{
	struct socket_counted *counted = &socket->counted;
	__u64 acked = seen->acked;
	__u64 received = seen->received;
	__u64 not_payload = socket->syn_counted;

	if (fin_is_sent(seen->state) && (seen->busy || seen->all_acked))
		not_payload++;
	else if (closing && socket->phase == SOCKET_ESTABLISHED)
		news->unacked = seen->unacked - fin_is_sent(seen->state);
	acked = acked > not_payload ? acked - not_payload : 0;

	not_payload = seen->busy || seen->fin_received;
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

	news->bytes_retrans = seen->bytes_retrans - counted->bytes_retrans;
	news->segs_out = seen->segs_out - counted->segs_out;
	news->segs_in = seen->segs_in - counted->segs_in;
	news->retransmits = seen->retransmits - counted->retransmits;
	news->lost = seen->lost - counted->lost;
	news->rto_count = seen->rto_count - counted->rto_count;
	news->rto_time_ms = seen->rto_time_ms - counted->rto_time_ms;
	news->opened = !counted->opened && socket->phase == SOCKET_ESTABLISHED;
	news->accepted = !socket->syn_counted;
	news->failed = socket->phase == SOCKET_CONNECTING;
	news->srtt_us = seen->srtt_us >> 3;
	news->header = socket->ip_header + seen->header;
	news->syn_options = seen->header > TCP_HEADER_BARE ? SYN_OPTIONS_OVER_TIMESTAMPS : SYN_OPTIONS_BARE;
	news->syn_retransmits = socket->syn_retransmits;
	news->resets_received = socket->resets_received;
	socket->resets_received = 0;

	socket->life++;
	if (closing) {
		socket->phase = SOCKET_FINAL;
		return;
	}
	counted->held = seen->busy;
	counted->bytes_retrans = seen->bytes_retrans;
	counted->segs_out = seen->segs_out;
	counted->segs_in = seen->segs_in;
	counted->retransmits = seen->retransmits;
	counted->lost = seen->lost;
	counted->rto_count = seen->rto_count;
	counted->rto_time_ms = seen->rto_time_ms;
	counted->opened = 1;
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
	add(&entry->resets_received, news->resets_received);
	add(&entry->rto_time_us, (__u64)news->rto_time_ms * 1000);
	if (news->srtt_us) {
		add(&entry->srtt_us_sum, news->srtt_us);
		add(&entry->srtt_count, 1);
		lower(&entry->srtt_us_min, news->srtt_us);
		raise(&entry->srtt_us_max, news->srtt_us);
	}
}

static __always_inline bool has_news(const struct tcp_seen *seen, const struct flow_socket *socket)
{
	/* Every byte, acknowledged or received, came with a segment. */
	return !socket->counted.opened || socket->counted.held ||
	       seen->segs_in != socket->counted.segs_in || seen->segs_out != socket->counted.segs_out;
}

/*
 * Counts a live socket. The place is found before anything is taken, so that a full map leaves the socket as it was and the
 * next sweep tries again. Finding a place and reading by address call helpers, so the lock is let go meanwhile; `life` tells
 * whether the socket became another one since, or somebody else counted it.
 */
static __always_inline void count_live(struct tcp_sock *tcp, struct flow_socket *socket, const bool is_ours)
{
	struct flow_namespace *unobserved;
	struct flow_counters *entry = NULL;
	struct tcp_news news = {};
	struct tcp_seen seen = {};
	struct flow_key key;
	__u64 owner;
	__u32 life;
	__u8 phase;

	bpf_spin_lock(&socket->lock);
	key = socket->key;
	life = socket->life;
	phase = socket->phase;
	owner = socket->owner;
	if (!is_ours)
		tcp = (struct tcp_sock *)socket->address;
	bpf_spin_unlock(&socket->lock);
	if (phase != SOCKET_ESTABLISHED)
		return;
	see(&seen, tcp, false, is_ours);
	if (!is_ours && cookie_at(tcp) != owner) {
		forget(socket, owner);
		return;
	}
	if (seen.state == TCP_CLOSE || !has_news(&seen, socket))
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
	if (socket->phase != SOCKET_ESTABLISHED || socket->life != life) {
		bpf_spin_unlock(&socket->lock);
		return;
	}
	take_news(&news, &seen, socket, false);
	bpf_spin_unlock(&socket->lock);

	if (entry)
		add_news(entry, &news, false);
	else if (unobserved)
		add(&unobserved->bytes, news.payload_out + news.payload_in);
}

/* Takes the last news of a socket, once, and tells whose they are: what is kept of it may be the next socket's from then on. */
static __always_inline bool take_last(struct tcp_news *news, struct flow_key *key, struct tcp_sock *tcp, struct flow_socket *socket)
{
	struct sock *sk = &tcp->inet_conn.icsk_inet.sk;
	struct tcp_seen seen;
	bool is_counted;

	see(&seen, tcp, true, true);
	bpf_spin_lock(&socket->lock);
	is_counted = (socket->phase == SOCKET_CONNECTING || socket->phase == SOCKET_ESTABLISHED) && is_about(socket, cookie_of(sk));
	if (is_counted) {
		*key = socket->key;
		take_news(news, &seen, socket, true);
	}
	bpf_spin_unlock(&socket->lock);
	return is_counted;
}

/* A connect that was never established left nothing with its socket: all there is to know of it, the socket knows itself. */
static __always_inline bool take_failed(struct tcp_news *news, struct flow_key *key, struct tcp_sock *tcp)
{
	struct flow_socket socket = { .phase = SOCKET_CONNECTING, .syn_counted = 1 };
	struct tcp_seen seen;

	read_key(key, &tcp->inet_conn.icsk_inet.sk, FLOW_ROLE_CLIENT);
	if (stays_on_host(key))
		return false;
	socket.ip_header = ip_header_of(key);
	see(&seen, tcp, true, true);
	take_news(news, &seen, &socket, true);
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
