/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Connections that were open before the agent. Once, when a set of pins is made, every open file of every process is visited,
 * twice: first for the ports listened on, which tell servers from clients, then for connections, counted from here on.
 * They call no sock_ops program at their end; two tracepoints do that for them. One would do, but the kernel skips a tracepoint's
 * program where it is running already, and the socket's destruction is a second chance.
 */
#ifndef FLOWLAKE_ADOPT_H
#define FLOWLAKE_ADOPT_H

struct listener {
	__u32 network_namespace;
	__u16 port;
	__u16 pad;
};

/* Lives while an agent starts, no longer, and is not pinned. At its bound servers are taken for clients. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOW_LISTENER_CAPACITY);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct listener);
	__type(value, __u8);
} listeners SEC(".maps");

static __always_inline struct sock *socket_of(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct socket *socket = file ? bpf_sock_from_file(file) : NULL;

	return socket ? socket->sk : NULL;
}

static __always_inline struct listener local_port(struct sock *sk)
{
	struct listener listener = {
		.network_namespace = sk->__sk_common.skc_net.net->ns.inum,
		.port = sk->__sk_common.skc_num,
	};

	return listener;
}

SEC("iter/task_file")
int find_listeners(struct bpf_iter__task_file *ctx)
{
	struct sock *sk = socket_of(ctx);
	struct listener listener;
	struct tcp_sock *tcp;
	__u8 yes = 1;

	if (!sk)
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp || tcp->inet_conn.icsk_inet.sk.__sk_common.skc_state != TCP_LISTEN)
		return 0;
	listener = local_port(&tcp->inet_conn.icsk_inet.sk);
	bpf_map_update_elem(&listeners, &listener, &yes, BPF_ANY);
	return 0;
}

/* Whether there is a connection, or the wish for one. A handshake in progress will call sock_ops by itself. */
static __always_inline bool is_open(__u8 state)
{
	return state == TCP_ESTABLISHED || state == TCP_SYN_SENT || state == TCP_CLOSE_WAIT || (fin_is_sent(state) && state != TCP_TIME_WAIT);
}

SEC("iter/task_file")
int adopt(struct bpf_iter__task_file *ctx)
{
	struct sock *file_sk = socket_of(ctx), *sk;
	enum flow_role role = FLOW_ROLE_CLIENT;
	struct flow_socket *socket;
	struct tcp_news news = {};
	struct tcp_seen seen;
	struct listener listener;
	struct tcp_sock *tcp;
	struct flow_key key;
	bool adopted = false;
	__u8 one = 1;
	__u8 state;

	if (!file_sk)
		return 0;
	tcp = bpf_skc_to_tcp_sock(file_sk);
	if (!tcp)
		return 0;
	sk = &tcp->inet_conn.icsk_inet.sk;
	state = sk->__sk_common.skc_state;
	if (!is_open(state) || !is_below_root(sk))
		return 0;
	listener = local_port(sk);
	if (state != TCP_SYN_SENT && bpf_map_lookup_elem(&listeners, &listener))
		role = FLOW_ROLE_SERVER;
	read_key(&key, sk, role);
	if (stays_on_host(&key) || find_slot(sk))
		return 0;
	socket = bpf_sk_storage_get(&sockets, file_sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!socket) {
		lose(storage_failed, 1);
		return 0;
	}

	see(&seen, tcp, false, true);
	bpf_spin_lock(&socket->lock);
	state = sk->__sk_common.skc_state;
	/* Several processes may hold it, or it was established while we looked; or it closed. */
	if (socket->phase == SOCKET_NOT_TAGGED && is_open(state)) {
		socket->life++;
		socket->adopted = 1;
		socket->syn_counted = role == FLOW_ROLE_CLIENT;
		socket->ip_header = ip_header_of(&key);
		socket->key = key;
		if (state == TCP_SYN_SENT) {
			socket->phase = SOCKET_CONNECTING;
		} else {
			socket->phase = SOCKET_ESTABLISHED;
			take_news(&news, &seen, socket, false);
			adopted = true;
		}
	}
	bpf_spin_unlock(&socket->lock);

	/* Established while we looked: one of the two is last to look, and sees the other. */
	order_loads();
	if (find_slot(sk)) {
		forget(socket, cookie_of(sk));
		return 0;
	}
	if (adopted) {
		lose(before_agent, 1);
		lose(before_agent_bytes, news.payload_out + news.payload_in);
		bpf_seq_write(ctx->meta->seq, &one, sizeof(one));
	}
	return 0;
}

/* Sockets with state callbacks end there. The callbacks are switched on by us or by others, and come to all in either case. */
static __always_inline struct tcp_sock *without_callbacks(struct sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	return tcp && !(tcp->bpf_sock_ops_cb_flags & BPF_SOCK_OPS_STATE_CB_FLAG) ? tcp : NULL;
}

static __always_inline void close_adopted(struct tcp_sock *tcp, struct flow_socket *socket)
{
	struct tcp_news news = {};
	struct flow_key key;

	if (take_last(&news, &key, tcp, socket))
		count_last(&key, &news, agent_is_silent_at(bpf_ktime_get_ns()));
}

/* Whether an untagged socket is a connection of ours that moved something. */
static __always_inline bool is_unseen(struct tcp_sock *tcp)
{
	return (tcp->bytes_acked || tcp->bytes_received) && is_below_root(&tcp->inet_conn.icsk_inet.sk);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(adopted_closed, struct sock *sk, int from, int to)
{
	struct flow_socket *socket;
	struct tcp_sock *tcp;

	if (to != TCP_CLOSE)
		return 0;
	tcp = without_callbacks(sk);
	if (!tcp)
		return 0;
	socket = find(sk);
	if (socket && socket->phase) {
		close_adopted(tcp, socket);
		return 0;
	}
	/*
	 * Open before the agent, but in no process's files: orphaned, not accepted yet, io_uring's or MPTCP's own. What it moved is
	 * known now, and perhaps no longer at its destruction; the mark says that it is told.
	 */
	if (!is_unseen(tcp))
		return 0;
	socket = bpf_sk_storage_get(&sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!socket)
		return 0;
	bpf_spin_lock(&socket->lock);
	socket->phase = SOCKET_UNTAGGED;
	bpf_spin_unlock(&socket->lock);
	end_untagged(tcp);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(adopted_destroyed, struct sock *sk)
{
	struct flow_socket *socket;
	struct tcp_sock *tcp;

	tcp = without_callbacks(sk);
	if (!tcp)
		return 0;
	socket = find(sk);
	if (socket && socket->phase)
		close_adopted(tcp, socket);
	else if (is_unseen(tcp))
		end_untagged(tcp);
	return 0;
}

#endif
