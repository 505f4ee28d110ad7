/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Every map, its bound, and what happens there. All are pinned: a dead agent's successor finds them as they were. */
#ifndef FLOWLAKE_MAPS_H
#define FLOWLAKE_MAPS_H

/*
 * Flows are one hash shared by all processors, never one per CPU: 64 cores would cost 0.8 GB. At its bound the reserve
 * takes over. Two generations of it: one is counted into while the agent reads and clears the other.
 */
struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOW_CAPACITY);
	__type(key, struct flow_key);
	__type(value, struct flow_counters);
} flows_even SEC(".maps"), flows_odd SEC(".maps");

/* The reserve has the flow map's form, with addresses and port zero. At its bound only the sum of bytes is kept, as a loss. */
struct reserve_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOW_RESERVE_CAPACITY);
	__type(key, struct flow_key);
	__type(value, struct flow_counters);
} reserve_even SEC(".maps"), reserve_odd SEC(".maps");

/* The generation in use, by enum flow_slot. Updating a slot waits until no program uses the map that was in it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, FLOW_SLOT_COUNT);
	__type(key, __u32);
	__array(values, struct flow_map);
} active SEC(".maps");

/*
 * DNS queries that have ended, in two generations as flows are. At its bound the name goes, and the reserve takes over. Maps of
 * DNS take memory as they fill, so that they cost next to nothing where DNS is not followed, and keep their size either way: an
 * agent that follows it takes over from one that does not.
 */
struct dns_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, DNS_CAPACITY);
	__type(key, struct dns_key);
	__type(value, struct dns_counters);
} dns_even SEC(".maps"), dns_odd SEC(".maps");

struct dns_reserve_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, DNS_RESERVE_CAPACITY);
	__type(key, struct dns_key);
	__type(value, struct dns_counters);
} dns_reserve_even SEC(".maps"), dns_reserve_odd SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, DNS_SLOT_COUNT);
	__type(key, __u32);
	__array(values, struct dns_map);
} dns_active SEC(".maps");

/* Queries that wait for their answer. At its bound a new one is not followed; each sweep ends those that waited too long. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, DNS_WAITING_CAPACITY);
	__type(key, struct dns_query_key);
	__type(value, struct dns_query);
} dns_waiting SEC(".maps");

/*
 * What is known of most sockets: a slot each, by the socket's cookie. The kernel gives cookies in order, so this is a ring, and a slot's last
 * connection is long over when its turn comes again. Storage, which the kernel allocates and charges for each socket, makes a connection
 * dearer by half. Bound: a slot that is still in use keeps its socket, and the newcomer gets storage.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOW_SLOTS);
	__type(key, __u32);
	__type(value, struct flow_socket);
} slots SEC(".maps");

/* What a sweep of the slots iterates over, for the kernel iterates over maps only: to be called for every slot would cost more than most slots do. Holds nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOW_SLOTS / FLOW_SLOTS_OF_GROUP);
	__type(key, __u32);
	__type(value, __u32);
} slot_groups SEC(".maps");

/* What is known of a socket without a slot lives and dies with it. Bound: the socket's option memory; beyond it the socket is untagged. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct flow_socket);
} sockets SEC(".maps");

/*
 * Dropped packets by reason and place. At its bound they are a loss, drops_unlisted. Two generations as of the flows; which one
 * is in use the epoch's number says, and the swap of the flow maps that follows it waits for programs that read the old number.
 */
struct drop_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOW_DROP_CAPACITY);
	__type(key, struct flow_drop_key);
	__type(value, struct flow_drop);
} drops_even SEC(".maps"), drops_odd SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow_losses);
} losses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow_control);
} control SEC(".maps");

#endif
