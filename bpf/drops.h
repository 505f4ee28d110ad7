/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Packets the kernel drops, with its reason: to the flow of the packet's socket where it has one, and always to a map by reason
 * and place, for most drops happen before a socket is found or after it has let go.
 *
 * The kernel frees packets this way too that are no loss, and then gives no reason: is_no_loss() says which.
 */
#ifndef FLOWLAKE_DROPS_H
#define FLOWLAKE_DROPS_H

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd

#define TCP_FLAG_SYN 0x02

struct tcp_bytes {
	unsigned char ports_and_numbers[12];
	__u8 length;		/* in its upper half, in words of 4 bytes */
	__u8 flags;
};

struct port_pair {
	__be16 source;
	__be16 destination;
};

/* The packet's IP header, where it has one. */
static __always_inline bool read_dropped(struct packet *packet, struct sk_buff *skb)
{
	unsigned char *network = skb->head + skb->network_header;
	__be16 protocol = skb->protocol;

	if (protocol == bpf_htons(ETH_P_IP)) {
		struct ipv4_bytes ip;

		if (bpf_probe_read_kernel(&ip, sizeof(ip), network) || ip.version_and_length >> 4 != 4)
			return false;
		map_ipv4(&packet->source, ip.source);
		map_ipv4(&packet->destination, ip.destination);
		packet->header = (ip.version_and_length & 0xf) * 4;
		packet->protocol = ip.protocol;
		packet->later_fragment = bpf_ntohs(ip.fragment) & 0x1fff;
	} else if (protocol == bpf_htons(ETH_P_IPV6)) {
		struct ipv6_bytes ip;

		if (bpf_probe_read_kernel(&ip, sizeof(ip), network) || bpf_ntohl(ip.version_class_flow) >> 28 != 6)
			return false;
		packet->source = ip.source;
		packet->destination = ip.destination;
		packet->header = IPV6_HEADER;
		packet->protocol = ip.next;
		packet->later_fragment = false;
	} else {
		return false;
	}
	return true;
}

static __always_inline unsigned char *transport_of(const struct packet *packet, struct sk_buff *skb)
{
	return skb->head + skb->network_header + packet->header;
}

/* A socket that keeps no key: it has many peers, so the packet says which. */
static __always_inline bool key_by_packet(struct flow_key *key, struct sock *sk, const struct packet *packet, const struct port_pair *ports, bool received)
{
	__u16 source = bpf_ntohs(ports->source), destination = bpf_ntohs(ports->destination), local = sk->__sk_common.skc_num;
	bool out = source != destination ? source == local : !received;

	if (packet->later_fragment || local != (out ? source : destination))
		return false;
	__builtin_memset(key, 0, sizeof(*key));
	key->local = out ? packet->source : packet->destination;
	key->remote = out ? packet->destination : packet->source;
	key->protocol = packet->protocol;
	key->cgroup = sk->sk_cgrp_data.cgroup->kn->id;
	if (packet->protocol == IPPROTO_UDP) {
		/* As packets that are not dropped are counted. */
		key->server_port = source < destination ? source : destination;
		key->role = role_by_port(key, local, out ? destination : source);
		return true;
	}
	key->server_port = local;
	key->role = FLOW_ROLE_SERVER;
	return packet->protocol == IPPROTO_TCP && sk->__sk_common.skc_state == TCP_LISTEN;
}

/* Whether the packet is freed for no reason of its own: NOT_SPECIFIED, or with the queue of a socket that ends. */
static __always_inline bool has_no_reason(__u32 reason)
{
	if (!bpf_core_field_exists(struct trace_event_raw_kfree_skb, reason))
		return true;
	if (reason == bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_NOT_SPECIFIED))
		return true;
	return bpf_core_enum_value_exists(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE) &&
	       reason == bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE);
}

static __always_inline bool is_multicast(const union flow_address *address)
{
	return is_ipv4(address) ? address->bytes[12] >> 4 == 0xe : address->bytes[0] == 0xff;
}

/*
 * Packets freed without a reason after they did what they came for, or came to a host they were not meant for:
 * - a TCP segment that TCP has taken (its IP header is off) and that carries neither data nor a SYN. An acknowledgement that meets
 *   a half-closed socket (tcp_rcv_state_process), a FIN that meets a time-wait one (tcp_v4_rcv), a FIN that waited in the queue of
 *   a socket now closed (sk_stream_kill_queues) are freed so on every healthy connection;
 * - multicast nobody listens to here (ip6_mc_input): a network brings it to every host.
 */
static __always_inline bool is_no_loss(const struct packet *packet, struct sk_buff *skb, __u32 reason)
{
	unsigned char *transport = transport_of(packet, skb);
	struct tcp_bytes tcp;

	if (!has_no_reason(reason))
		return false;
	if (packet->protocol != IPPROTO_TCP)
		return is_multicast(&packet->destination);
	if (packet->later_fragment || skb->data < transport || bpf_probe_read_kernel(&tcp, sizeof(tcp), transport))
		return false;
	return !(tcp.flags & TCP_FLAG_SYN) && skb->data + skb->len <= transport + (tcp.length >> 4) * 4;
}

static __always_inline void list_drop(const struct flow_drop_key *key, __u64 packets, __u64 bytes)
{
	static const struct flow_drop none;
	struct flow_drop *drop = NULL;
	__u32 first = 0;
	struct flow_control *agent = bpf_map_lookup_elem(&control, &first);

	if (!agent)
		return;
	if (agent->epoch & 1) {
		drop = bpf_map_lookup_elem(&drops_odd, key);
		if (!drop) {
			bpf_map_update_elem(&drops_odd, key, &none, BPF_NOEXIST);
			drop = bpf_map_lookup_elem(&drops_odd, key);
		}
	} else {
		drop = bpf_map_lookup_elem(&drops_even, key);
		if (!drop) {
			bpf_map_update_elem(&drops_even, key, &none, BPF_NOEXIST);
			drop = bpf_map_lookup_elem(&drops_even, key);
		}
	}
	if (drop) {
		add(&drop->packets, packets);
		add(&drop->bytes, bytes);
	} else {
		lose(drops_unlisted, packets);
		lose(drops_unlisted_bytes, bytes);
	}
}

static __always_inline int count_drop(struct sk_buff *skb, struct sock *sk, bool received, __u32 reason)
{
	struct flow_drop_key place = { .reason = reason };
	struct flow_counters *entry = NULL;
	struct packet packet = {};
	struct port_pair ports = {};
	__u16 segments = 0;
	struct flow_key key;
	bool has_header;

	/* Before anything else: it is what most of them are, some for every connection. */
	has_header = read_dropped(&packet, skb);
	if (has_header && is_no_loss(&packet, skb, reason))
		return 0;
	has_header = has_header && !bpf_probe_read_kernel(&ports, sizeof(ports), transport_of(&packet, skb));
	if (sk && !is_full(sk))
		sk = NULL;
	if (sk) {
		__u16 family = sk->__sk_common.skc_family;

		/* Messages of the kernel's and between processes are freed this way too, and are no packets. */
		if ((family != AF_INET && family != AF_INET6) || !is_below_root(sk))
			return 0;
		place.cgroup = sk->sk_cgrp_data.cgroup->kn->id;
		if (exclusion_of(place.cgroup))
			return 0;
		place.network_namespace = sk->__sk_common.skc_net.net->ns.inum;
	} else {
		if (!is_whole_node())
			return 0;
		place.network_namespace = BPF_CORE_READ(skb, dev, nd_net.net, ns.inum);
	}
	if (agent_is_silent_at(bpf_ktime_get_ns()))
		return 0;

	place.protocol = has_header ? packet.protocol : sk ? sk->sk_protocol : 0;
	bpf_core_read(&segments, sizeof(segments), &((struct skb_shared_info *)(skb->head + skb->end))->gso_segs);
	if (!segments)
		segments = 1;
	list_drop(&place, segments, skb->len);

	if (sk && (tagged_key(&key, sk) || (has_header && key_by_packet(&key, sk, &packet, &ports, received))) && !stays_on_host(&key))
		entry = incident_entry(&key);
	if (entry)
		add(&entry->drops, segments);
	return 0;
}

/* Older kernels' tracepoint has no reason, or no receiving socket: what this one lacks is no part of the program it loads. */
SEC("tp_btf/kfree_skb")
int dropped(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];
	__u32 reason = 0;

	if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, reason)) {
		reason = ctx[2];
		if (reason == SKB_NOT_DROPPED_YET ||
		    (bpf_core_enum_value_exists(enum skb_drop_reason, SKB_CONSUMED) && reason == bpf_core_enum_value(enum skb_drop_reason, SKB_CONSUMED)))
			return 0;
	}
	if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, rx_sk)) {
		struct sock *receiver = (struct sock *)ctx[3];

		if (receiver)
			return count_drop(skb, receiver, true, reason);
	}
	return count_drop(skb, skb->sk, false, reason);
}

#endif
