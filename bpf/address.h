/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Addresses of 16 bytes, IPv4 mapped into IPv6. */
#ifndef FLOWLAKE_ADDRESS_H
#define FLOWLAKE_ADDRESS_H

static __always_inline void map_ipv4(union flow_address *to, __be32 address)
{
	to->halves[0] = 0;
	to->words[2] = bpf_htonl(0xffff);
	to->words[3] = address;
}

static __always_inline bool is_ipv4(const union flow_address *address)
{
	return !address->halves[0] && address->words[2] == bpf_htonl(0xffff);
}

static __always_inline bool is_loopback(const union flow_address *address)
{
	if (address->halves[0])
		return false;
	return address->halves[1] == bpf_cpu_to_be64(1) ||
	       (address->words[2] == bpf_htonl(0xffff) && (address->words[3] & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000));
}

static __always_inline bool are_same(const union flow_address *left, const union flow_address *right)
{
	return left->halves[0] == right->halves[0] && left->halves[1] == right->halves[1];
}

static __always_inline __u8 ip_header_of(const struct flow_key *key)
{
	return is_ipv4(&key->remote) ? 20 : 40;
}

/* As the bytes on the wire compare. */
static __always_inline bool is_lower(const union flow_address *left, const union flow_address *right)
{
	if (left->halves[0] != right->halves[0])
		return bpf_be64_to_cpu(left->halves[0]) < bpf_be64_to_cpu(right->halves[0]);
	return bpf_be64_to_cpu(left->halves[1]) < bpf_be64_to_cpu(right->halves[1]);
}

/*
 * Who serves where no listener tells it: the end with the lower port, at equal ports, as where there are none, the one with the
 * lower address. Both ends agree on it from what they know, so one of them is the primary observer.
 */
static __always_inline enum flow_role role_by_port(const struct flow_key *key, __u16 local, __u16 remote)
{
	if (local != remote)
		return local < remote ? FLOW_ROLE_SERVER : FLOW_ROLE_CLIENT;
	return is_lower(&key->local, &key->remote) ? FLOW_ROLE_SERVER : FLOW_ROLE_CLIENT;
}

/* A host talking to itself: not recorded. */
static __always_inline bool stays_on_host(const struct flow_key *key)
{
	return are_same(&key->local, &key->remote) || is_loopback(&key->local) || is_loopback(&key->remote);
}

#endif
