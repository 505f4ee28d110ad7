/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Resets. The kernel keeps no count of them by socket, and they are rare: a tracepoint each. */
#ifndef FLOWLAKE_RESET_H
#define FLOWLAKE_RESET_H

/* Where what befalls a flow between two of its counts is added; NULL where it is not observed, no agent lives, or nothing has room. */
static __always_inline struct flow_counters *incident_entry(const struct flow_key *key)
{
	struct flow_counters *entry;

	if (exclusion_of(key->cgroup) || agent_is_silent_at(bpf_ktime_get_ns()))
		return NULL;
	entry = flow_entry(key);
	if (entry)
		return entry;
	entry = reserve_entry(key);
	if (entry)
		lose(incidents_folded, 1);
	else
		lose(reserve_full, 1);
	return entry;
}

/* The key of a tagged socket, also after its last count: a reset may be the last thing it does, long before another takes its slot. A socket that connects is not tagged yet. */
static __always_inline bool tagged_key(struct flow_key *key, struct sock *sk)
{
	struct flow_socket *socket;
	__u8 phase;

	if (sk->__sk_common.skc_state == TCP_SYN_SENT) {
		if (sk->sk_protocol != IPPROTO_TCP)
			return false;
		read_key(key, sk, FLOW_ROLE_CLIENT);
		return !stays_on_host(key) && is_below_root(sk);
	}
	socket = find(sk);
	if (!socket)
		return false;
	bpf_spin_lock(&socket->lock);
	*key = socket->key;
	phase = is_about(socket, cookie_of(sk)) ? socket->phase : SOCKET_NOT_TAGGED;
	bpf_spin_unlock(&socket->lock);
	return phase != SOCKET_NOT_TAGGED && phase != SOCKET_UNTAGGED;
}

/* A connection within the host is not recorded, and neither are its resets. */
static __always_inline bool is_recorded(struct sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct flow_key key;

	if (!tcp)
		return is_whole_node();
	read_key(&key, &tcp->inet_conn.icsk_inet.sk, FLOW_ROLE_CLIENT);
	return !stays_on_host(&key) && !exclusion_of(key.cgroup) && is_below_root(sk);
}

/* Later kernels say why as well; the arguments before it are the same everywhere. */
SEC("tp_btf/tcp_send_reset")
int BPF_PROG(reset_sent, struct sock *sk)
{
	struct flow_counters *entry;
	struct flow_key key;

	if (!sk) {
		if (is_whole_node())
			lose(resets_unplaced, 1);
		return 0;
	}
	if (tagged_key(&key, sk)) {
		entry = incident_entry(&key);
		if (entry)
			add(&entry->resets_sent, 1);
	} else if (is_recorded(sk)) {
		lose(resets_unplaced, 1);
	}
	return 0;
}

/* A reset most often ends a connection: its last count, a moment later, takes it along. */
static __always_inline bool is_noted(struct sock *sk)
{
	struct flow_socket *socket = find(sk);
	bool noted;

	if (!socket)
		return false;
	bpf_spin_lock(&socket->lock);
	noted = socket->phase == SOCKET_ESTABLISHED && is_about(socket, cookie_of(sk));
	if (noted)
		socket->resets_received++;
	bpf_spin_unlock(&socket->lock);
	return noted;
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(reset_received, struct sock *sk)
{
	struct flow_counters *entry;
	struct flow_key key;

	if (is_noted(sk) || !tagged_key(&key, sk))
		return 0;
	entry = incident_entry(&key);
	if (entry)
		add(&entry->resets_received, 1);
	return 0;
}

#endif
