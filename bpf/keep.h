/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Where what is known of a socket is kept: in a slot, or where that is in use in the socket's own storage. A slot is taken by the next
 * that comes to it once its socket's last count is made, so whoever found one asks again under its lock whose it is.
 */
#ifndef FLOWLAKE_KEEP_H
#define FLOWLAKE_KEEP_H

/* Orders the loads before it against those after it on every architecture: a full barrier is all BPF has. */
static __always_inline void order_loads(void)
{
	__u64 fence = 0;

	__sync_lock_test_and_set(&fence, 0);
}

static __always_inline __u64 cookie_of(const struct sock *sk)
{
	return sk->__sk_common.skc_cookie.counter;
}

static __always_inline struct flow_socket *slot_of(__u64 cookie)
{
	__u32 index = cookie % FLOW_SLOTS;

	return bpf_map_lookup_elem(&slots, &index);
}

/* Under its lock: whether it is about this socket still. */
static __always_inline bool is_about(const struct flow_socket *socket, __u64 cookie)
{
	return !socket->owner || socket->owner == cookie;
}

/* The slot that is a full socket's, or NULL. */
static __always_inline struct flow_socket *find_slot(struct sock *sk)
{
	__u64 cookie = cookie_of(sk);
	struct flow_socket *socket = cookie ? slot_of(cookie) : NULL;

	return socket && socket->owner == cookie ? socket : NULL;
}

/* What is kept of a full socket, or NULL. */
static __always_inline struct flow_socket *find(struct sock *sk)
{
	struct flow_socket *socket = find_slot(sk);

	return socket ? socket : bpf_sk_storage_get(&sockets, sk, NULL, 0);
}

/* Nothing more is counted by it. */
static __always_inline void forget(struct flow_socket *socket, __u64 cookie)
{
	if (!socket)
		return;
	bpf_spin_lock(&socket->lock);
	if (is_about(socket, cookie)) {
		socket->life++;
		socket->phase = SOCKET_FINAL;
	}
	bpf_spin_unlock(&socket->lock);
}

/* Writes all of it, unless another socket still needs the slot. */
static __always_inline bool write_kept(struct flow_socket *socket, __u64 owner, struct tcp_sock *tcp, const struct flow_key *key, bool called_connect)
{
	bool is_free;

	bpf_spin_lock(&socket->lock);
	is_free = socket->owner == owner || socket->phase == SOCKET_NOT_TAGGED || socket->phase == SOCKET_FINAL;
	if (is_free) {
		socket->life++;
		socket->phase = SOCKET_ESTABLISHED;
		socket->adopted = 0;
		socket->syn_counted = called_connect;
		socket->ip_header = ip_header_of(key);
		socket->syn_retransmits = tcp->total_retrans;
		socket->resets_received = 0;
		socket->owner = owner;
		socket->address = (__u64)tcp;
		socket->key = *key;
		__builtin_memset(&socket->counted, 0, sizeof(socket->counted));
	}
	bpf_spin_unlock(&socket->lock);
	return is_free;
}

/* Keeps what is known of an established connection; false: there is no memory for it. */
static __always_inline bool keep(struct bpf_sock_ops *ctx, struct tcp_sock *tcp, const struct flow_key *key, bool called_connect)
{
	struct sock *sk = &tcp->inet_conn.icsk_inet.sk;
	__u64 cookie = bpf_get_socket_cookie(ctx);
	struct flow_socket *socket = slot_of(cookie);

	if (socket && write_kept(socket, cookie, tcp, key, called_connect)) {
		/* Should it be adopted right now, one of the two is last to look, and sees the other. */
		order_loads();
		forget(bpf_sk_storage_get(&sockets, sk, NULL, 0), cookie);
		return true;
	}
	socket = bpf_sk_storage_get(&sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	return socket && write_kept(socket, 0, tcp, key, called_connect);
}

#endif
