/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* UDP and every other protocol that is not TCP, packet by packet. */
#ifndef FLOWLAKE_PACKET_H
#define FLOWLAKE_PACKET_H

#define PASS 1			/* we only look */
#define IPV4_HEADER_LEAST 20
#define IPV6_HEADER 40
#define EXTENSION_HEADERS_MOST 8

#define NEXT_HOP_BY_HOP 0
#define NEXT_ROUTING 43
#define NEXT_FRAGMENT 44
#define NEXT_AUTHENTICATION 51
#define NEXT_DESTINATION 60

struct packet {
	union flow_address source;
	union flow_address destination;
	__u32 header;		/* bytes before the transport header */
	__u8 protocol;
	bool later_fragment;	/* carries no transport header */
};

struct ipv4_bytes {
	__u8 version_and_length;
	__u8 type_of_service;
	__be16 total_length;
	__be16 id;
	__be16 fragment;
	__u8 time_to_live;
	__u8 protocol;
	__be16 checksum;
	__be32 source;
	__be32 destination;
};

struct ipv6_bytes {
	__be32 version_class_flow;
	__be16 payload_length;
	__u8 next;
	__u8 hop_limit;
	union flow_address source;
	union flow_address destination;
};

struct udp_bytes {
	__be16 source;
	__be16 destination;
	__be16 length;
	__be16 checksum;
};

static __always_inline bool read_ipv4(struct packet *packet, struct __sk_buff *skb)
{
	struct ipv4_bytes ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return false;
	map_ipv4(&packet->source, ip.source);
	map_ipv4(&packet->destination, ip.destination);
	packet->header = (ip.version_and_length & 0xf) * 4;
	packet->protocol = ip.protocol;
	packet->later_fragment = bpf_ntohs(ip.fragment) & 0x1fff;
	return packet->header >= IPV4_HEADER_LEAST;
}

static __always_inline bool read_ipv6(struct packet *packet, struct __sk_buff *skb)
{
	struct ipv6_bytes ip;
	__u8 extension[4];

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return false;
	packet->source = ip.source;
	packet->destination = ip.destination;
	packet->header = IPV6_HEADER;
	packet->protocol = ip.next;
	packet->later_fragment = false;

	for (int i = 0; i < EXTENSION_HEADERS_MOST; i++) {
		if (packet->protocol != NEXT_HOP_BY_HOP && packet->protocol != NEXT_ROUTING && packet->protocol != NEXT_FRAGMENT &&
		    packet->protocol != NEXT_AUTHENTICATION && packet->protocol != NEXT_DESTINATION)
			return true;
		if (bpf_skb_load_bytes(skb, packet->header, extension, sizeof(extension)))
			return false;
		if (packet->protocol == NEXT_FRAGMENT) {
			packet->header += 8;
			if ((extension[2] << 8 | extension[3]) & 0xfff8)
				packet->later_fragment = true;
		} else if (packet->protocol == NEXT_AUTHENTICATION) {
			packet->header += (extension[1] + 2) * 4;
		} else {
			packet->header += (extension[1] + 1) * 8;
		}
		packet->protocol = extension[0];
		if (packet->later_fragment)
			return true;
	}
	return false;
}

/*
 * Payload bytes, from what follows the IP headers. The kernel hands us datagrams whole, also those it will cut or has put
 * together, so a later fragment only comes from a raw socket. It has no UDP header: all of it is payload, under port 0, as
 * with any protocol without ports.
 */
static __always_inline __u32 read_transport(struct flow_key *key, struct __sk_buff *skb, const struct packet *packet, bool out)
{
	__u32 rest = skb->len - packet->header;
	__u16 local, remote, length;
	struct udp_bytes udp;

	if (packet->protocol != IPPROTO_UDP || packet->later_fragment || rest < UDP_HEADER ||
	    bpf_skb_load_bytes(skb, packet->header, &udp, sizeof(udp)))
		return rest;
	local = bpf_ntohs(out ? udp.source : udp.destination);
	remote = bpf_ntohs(out ? udp.destination : udp.source);
	key->server_port = local < remote ? local : remote;
	key->role = role_by_port(key, local, remote);
	/* The datagram may be shorter than its packet; a super-packet's and a jumbogram's length field does not say. */
	length = bpf_ntohs(udp.length);
	if (skb->gso_segs > 1 || length < UDP_HEADER || length > rest)
		return rest - UDP_HEADER;
	return length - UDP_HEADER;
}

static __always_inline bool is_tcp(struct __sk_buff *skb)
{
	__u8 *data = (__u8 *)(long)skb->data;
	__u8 *end = (__u8 *)(long)skb->data_end;

	if (data + 10 > end)
		return false;
	return data[0] >> 4 == 4 ? data[9] == IPPROTO_TCP : data[6] == IPPROTO_TCP;
}

static __always_inline int count_packet(struct __sk_buff *skb, bool out)
{
	struct flow_namespace *unobserved;
	struct flow_counters *entry = NULL;
	struct packet packet = {};
	struct flow_key key = {};
	__u32 segments, header, payload;
	__u8 version = 0;

	/* TCP leaves here, on the packet's own header, before anything that costs. */
	if (is_tcp(skb))
		return PASS;

	bpf_skb_load_bytes(skb, 0, &version, sizeof(version));
	version >>= 4;
	if (!(version == 4 ? read_ipv4(&packet, skb) : version == 6 ? read_ipv6(&packet, skb) : false) || packet.header > skb->len) {
		lose(unreadable_packets, 1);
		lose(unreadable_bytes, skb->len);
		return PASS;
	}
	if (packet.protocol == IPPROTO_TCP)
		return PASS;

	key.local = out ? packet.source : packet.destination;
	key.remote = out ? packet.destination : packet.source;
	key.protocol = packet.protocol;
	/* Until ports say more. */
	key.role = role_by_port(&key, 0, 0);
	payload = read_transport(&key, skb, &packet, out);

	if (stays_on_host(&key)) {
		if (out) {
			lose(loopback, 1);
			lose(loopback_bytes, payload);
		}
		return PASS;
	}

	key.cgroup = bpf_skb_cgroup_id(skb);
	if (agent_is_silent()) {
		lose(stopped, 1);
		lose(stopped_bytes, payload);
		return PASS;
	}
	unobserved = exclusion_of(key.cgroup);
	if (unobserved) {
		add(&unobserved->packets, skb->gso_segs ? skb->gso_segs : 1);
		add(&unobserved->bytes, payload);
		return PASS;
	}
	if (key.server_port == DNS_PORT && packet.protocol == IPPROTO_UDP && dns_is_followed())
		follow_dns(skb, &key, packet.header + UDP_HEADER, out);
	entry = flow_entry(&key);
	if (!entry) {
		lose(packets_folded, 1);
		entry = reserve_entry(&key);
	}
	if (!entry) {
		lose(reserve_full, 1);
		lose(reserve_full_bytes, payload);
		return PASS;
	}

	/* A super-packet leaves, or came, as segments with headers of their own. */
	segments = skb->gso_segs ? skb->gso_segs : 1;
	header = segments == 1 ? skb->len - payload : (packet.header + UDP_HEADER) * segments;
	add(out ? &entry->payload_out : &entry->payload_in, payload);
	add(out ? &entry->header_out : &entry->header_in, header);
	add(out ? &entry->packets_out : &entry->packets_in, segments);
	return PASS;
}

#endif
