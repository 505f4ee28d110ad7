// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* The hooks. Each is thin; the headers beside this file hold one thought each. */
#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>

#include "flow.h"
#include "kernel.h"
#include "socket.h"
#include "maps.h"
#include "account.h"
#include "address.h"
#include "scope.h"
#include "cgroup.h"
#include "keep.h"
#include "seen.h"
#include "tcp.h"
#include "dns.h"
#include "packet.h"
#include "root.h"
#include "adopt.h"
#include "reset.h"
#include "drops.h"

/* The kernel wants to read "GPL" before it lends us its helpers. Apache-2.0 is the other half of the choice. */
char LICENSE[] SEC("license") = "GPL";

/* State callbacks also where nothing is tagged: what such a socket moved is known at its close, and is a loss. */
static __always_inline void ask_for_state(struct bpf_sock_ops *ctx)
{
	__u32 flags = ctx->bpf_sock_ops_cb_flags;

	if (!(flags & BPF_SOCK_OPS_STATE_CB_FLAG))
		bpf_sock_ops_cb_flags_set(ctx, flags | BPF_SOCK_OPS_STATE_CB_FLAG);
}

/*
 * Nothing is kept of a connection before it is established: the kernel charges storage to the caller here, and that costs twice
 * what it does later. What an earlier connection of the socket left is out of date: its counters begin at zero again.
 */
static __always_inline void begin_connecting(struct bpf_sock_ops *ctx)
{
	struct tcp_sock *tcp = ctx->sk ? bpf_skc_to_tcp_sock(ctx->sk) : NULL;
	struct sock *sk;

	if (!tcp)
		return;
	ask_for_state(ctx);
	sk = &tcp->inet_conn.icsk_inet.sk;
	forget(find(sk), cookie_of(sk));
}

/* Writes the socket's whole value anew: after connect(AF_UNSPEC) what an earlier connection left is still there and its counts are wrong. */
static __always_inline void begin(struct bpf_sock_ops *ctx)
{
	struct tcp_sock *tcp = ctx->sk ? bpf_skc_to_tcp_sock(ctx->sk) : NULL;
	bool called_connect = ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB;
	struct flow_key key;
	struct sock *sk;

	if (!tcp)
		return;
	ask_for_state(ctx);
	sk = &tcp->inet_conn.icsk_inet.sk;
	read_key(&key, sk, called_connect ? FLOW_ROLE_CLIENT : FLOW_ROLE_SERVER);
	/* As if accepted, but this end did send a SYN, and has it acknowledged: it crossed the other's. */
	if (!called_connect && tcp->bytes_acked) {
		called_connect = true;
		read_key(&key, sk, role_by_port(&key, sk->__sk_common.skc_num, bpf_ntohs(sk->__sk_common.skc_dport)));
	}
	if (stays_on_host(&key))
		return;
	if (!keep(ctx, tcp, &key, called_connect))
		lose(storage_failed, 1);
}

static __always_inline void end(struct bpf_sock_ops *ctx)
{
	struct tcp_sock *tcp = ctx->sk ? bpf_skc_to_tcp_sock(ctx->sk) : NULL;
	bool connecting = ctx->args[0] == TCP_SYN_SENT;
	struct flow_socket *socket;
	struct tcp_news news = {};
	struct flow_key key;

	if (!tcp)
		return;
	socket = find(&tcp->inet_conn.icsk_inet.sk);
	if ((socket && take_last(&news, &key, tcp, socket)) || (connecting && take_failed(&news, &key, tcp)))
		count_last(&key, &news, agent_is_silent());
	else if (connecting || !socket || !socket->phase)
		end_untagged(tcp);
}

SEC("sockops")
int tcp_events(struct bpf_sock_ops *ctx)
{
	switch (ctx->op) {
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		begin_connecting(ctx);
		break;
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		begin(ctx);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		/* From closed to closed nothing ends that did not before. */
		if (ctx->args[1] == TCP_CLOSE && ctx->args[0] != TCP_CLOSE)
			end(ctx);
		break;
	}
	/* Anything but 1 would be an answer to the kernel, and ctx->reply is not ours to write. */
	return 1;
}

/* Visits every tagged socket that has storage, of every network namespace. */
SEC("iter/bpf_sk_storage_map")
int sweep(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct sock *sk = ctx->sk;
	struct flow_socket *socket;
	struct tcp_sock *tcp;
	__u8 one = 1;

	if (!sk)
		return 0;
	/* The value the iterator hands us is a copy: a lock taken there would guard nothing. */
	socket = bpf_sk_storage_get(&sockets, sk, NULL, 0);
	tcp = bpf_skc_to_tcp_sock(sk);
	if (socket && tcp)
		count_live(tcp, socket, true);
	/* One byte a socket lets the reader take them as many at a time as it likes rather than all in one go without a pause. */
	bpf_seq_write(ctx->meta->seq, &one, sizeof(one));
	return 0;
}

/* Counts the socket of a slot, and says whether the slot is in use. Not static, so that the verifier looks at it once and not for each of a group. */
__noinline int count_slot(__u32 index)
{
	struct flow_socket *socket = bpf_map_lookup_elem(&slots, &index);

	if (!socket || socket->phase != SOCKET_ESTABLISHED)
		return 0;
	count_live(NULL, socket, false);
	return 1;
}

/* Visits those that have a slot, a group at a time. */
SEC("iter/bpf_map_elem")
int slot_sweep(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *group = ctx->key, first;
	__u8 one = 1;

	if (!group)
		return 0;
	first = *group * FLOW_SLOTS_OF_GROUP;
	for (__u32 index = 0; index < FLOW_SLOTS_OF_GROUP; index++) {
		if (count_slot(first + index))
			bpf_seq_write(ctx->meta->seq, &one, sizeof(one));
	}
	return 0;
}

/* Visits every DNS query that waits, and ends those that waited too long. */
SEC("iter/bpf_map_elem")
int dns_sweep(struct bpf_iter__bpf_map_elem *ctx)
{
	struct dns_query_key *key = ctx->key;
	struct dns_query_key waiting;

	if (!key)
		return 0;
	/* A copy, for what an iterator shows may be no key of a helper. */
	waiting = *key;
	end_query(&waiting, DNS_WAIT_NS, DNS_UNANSWERED);
	return 0;
}

SEC("cgroup_skb/ingress")
int packet_in(struct __sk_buff *skb)
{
	return count_packet(skb, false);
}

SEC("cgroup_skb/egress")
int packet_out(struct __sk_buff *skb)
{
	return count_packet(skb, true);
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_made, struct cgroup *made, const char *path)
{
	tell_cgroup(made, path);
	return 0;
}
