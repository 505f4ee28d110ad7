// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * What FlowLake is measured against: a tc program that counts every packet by its five-tuple in a hash, as agents commonly do; two
 * that do the least there is to do of a connection at its two ends; and programs that do nothing, whose measured time is that of measuring. It leaves out what peers do beyond: timestamps, flags, names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct five_tuple {
	__u8 source[16];
	__u8 destination[16];
	__u16 source_port;
	__u16 destination_port;
	__u8 protocol;
	__u8 out;
	__u8 pad[2];
};

struct counted {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct five_tuple);
	__type(value, struct counted);
} tuples SEC(".maps");

static __always_inline int count(struct __sk_buff *skb, __u8 out)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	struct five_tuple tuple = { .out = out };
	struct counted first = { .packets = 1, .bytes = skb->len };
	struct ethhdr *ethernet = data;
	struct counted *found;
	__be16 *ports;

	if ((void *)(ethernet + 1) > end)
		return TC_ACT_UNSPEC;
	if (ethernet->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = (void *)(ethernet + 1);

		if ((void *)(ip + 1) > end)
			return TC_ACT_UNSPEC;
		__builtin_memcpy(tuple.source + 12, &ip->saddr, 4);
		__builtin_memcpy(tuple.destination + 12, &ip->daddr, 4);
		tuple.protocol = ip->protocol;
		ports = (void *)(ip + 1);
	} else if (ethernet->h_proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip = (void *)(ethernet + 1);

		if ((void *)(ip + 1) > end)
			return TC_ACT_UNSPEC;
		__builtin_memcpy(tuple.source, &ip->saddr, 16);
		__builtin_memcpy(tuple.destination, &ip->daddr, 16);
		tuple.protocol = ip->nexthdr;
		ports = (void *)(ip + 1);
	} else {
		return TC_ACT_UNSPEC;
	}
	if ((tuple.protocol == IPPROTO_TCP || tuple.protocol == IPPROTO_UDP) && (void *)(ports + 2) <= end) {
		tuple.source_port = ports[0];
		tuple.destination_port = ports[1];
	}

	found = bpf_map_lookup_elem(&tuples, &tuple);
	if (found) {
		__sync_fetch_and_add(&found->packets, 1);
		__sync_fetch_and_add(&found->bytes, skb->len);
	} else {
		bpf_map_update_elem(&tuples, &tuple, &first, BPF_ANY);
	}
	return TC_ACT_UNSPEC;
}

SEC("tc")
int count_in(struct __sk_buff *skb)
{
	return count(skb, 0);
}

SEC("tc")
int count_out(struct __sk_buff *skb)
{
	return count(skb, 1);
}

SEC("sockops")
int empty_events(struct bpf_sock_ops *ctx)
{
	return 1;
}

/* As many bytes as FlowLake keeps with a socket. */
struct tag {
	__u64 words[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct tag);
} tags SEC(".maps");

SEC("sockops")
int tag_socket(struct bpf_sock_ops *ctx)
{
	struct bpf_sock *sk = ctx->sk;

	if (sk && (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB || ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB))
		bpf_sk_storage_get(&tags, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	return 1;
}

/* As FlowLake's keys and values are. */
struct flow {
	__u64 cgroup;
	__u32 addresses[8];
	__u32 port;
	__u32 role;
};

struct sums {
	__u64 connections;
	__u64 others[23];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct flow);
	__type(value, struct sums);
} flows SEC(".maps");

#define SLOTS 16384

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct tag);
} slots SEC(".maps");

static __always_inline struct tag *slot_of(struct bpf_sock_ops *ctx)
{
	__u32 index = bpf_get_socket_cookie(ctx) % SLOTS;

	return bpf_map_lookup_elem(&slots, &index);
}

static __always_inline void add_connection(struct tag *slot)
{
	struct sums first = { .connections = 1 };
	struct sums *found;

	found = bpf_map_lookup_elem(&flows, slot);
	if (found)
		__sync_fetch_and_add(&found->connections, 1);
	else
		bpf_map_update_elem(&flows, slot, &first, BPF_ANY);
}

/* Writes a slot when a connection is established, and adds one number by its key when it closes. */
SEC("sockops")
int count_connection(struct bpf_sock_ops *ctx)
{
	bool called = ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB;
	struct tag *slot;

	if (called || ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
		bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
		slot = slot_of(ctx);
		if (slot) {
			struct flow flow = { .addresses = { ctx->local_ip4, [4] = ctx->remote_ip4 }, .port = called ? bpf_ntohl(ctx->remote_port) : ctx->local_port, .role = called };

			__builtin_memset(slot, 0, sizeof(*slot));
			__builtin_memcpy(slot, &flow, sizeof(flow));
		}
	} else if (ctx->op == BPF_SOCK_OPS_STATE_CB && ctx->args[1] == BPF_TCP_CLOSE) {
		slot = slot_of(ctx);
		if (slot)
			add_connection(slot);
	}
	return 1;
}

SEC("cgroup_skb/egress")
int empty_packet(struct __sk_buff *skb)
{
	return 1;
}
