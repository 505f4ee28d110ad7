/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Adding to the maps: where a count belongs, and what becomes of it when there is no room. */
#ifndef FLOWLAKE_ACCOUNT_H
#define FLOWLAKE_ACCOUNT_H

/* The first value of an entry. Lies in .rodata, because the stack has no room for it. */
static const struct flow_counters no_counters;

static __always_inline void add(__u64 *counter, __u64 value)
{
	if (value)
		__sync_fetch_and_add(counter, value);
}

static __always_inline void add_loss(__u32 offset, __u64 value)
{
	__u32 first = 0;
	void *lost = bpf_map_lookup_elem(&losses, &first);

	if (lost)
		add(lost + offset, value);
}

#define lose(what, value) add_loss(offsetof(struct flow_losses, what), value)

/* Without an agent nobody empties the maps, and windows would mean nothing: after a while count only what is lost. */
static __always_inline bool agent_is_silent_at(__u64 now)
{
	__u32 first = 0;
	struct flow_control *agent = bpf_map_lookup_elem(&control, &first);

	return agent && now > agent->heartbeat_ns && now - agent->heartbeat_ns > agent->silence_ns;
}

/* The coarse clock costs less, but tracepoints and iterators may not read it. */
static __always_inline bool agent_is_silent(void)
{
	return agent_is_silent_at(bpf_ktime_get_coarse_ns());
}

static __always_inline struct flow_counters *entry_in(__u32 slot, const struct flow_key *key)
{
	struct flow_counters *entry;
	void *map = bpf_map_lookup_elem(&active, &slot);

	if (!map)
		return NULL;
	entry = bpf_map_lookup_elem(map, key);
	if (entry)
		return entry;
	/* Another processor may be first; the lookup afterwards is what counts. */
	bpf_map_update_elem(map, key, &no_counters, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

static __always_inline struct flow_counters *flow_entry(const struct flow_key *key)
{
	return entry_in(FLOW_SLOT_FLOWS, key);
}

static __always_inline struct flow_counters *reserve_entry(const struct flow_key *key)
{
	struct flow_key folded = {
		.cgroup = key->cgroup,
		.protocol = key->protocol,
		.role = key->role,
	};

	return entry_in(FLOW_SLOT_RESERVE, &folded);
}

/* Tries enough for any contention seen; a sample missed after that leaves the sums right. */
#define EXTREME_TRIES 4

static __always_inline void lower(__u64 *least, __u64 value)
{
	for (int try = 0; try < EXTREME_TRIES; try++) {
		__u64 seen = *(volatile __u64 *)least;

		if (seen && seen <= value)
			return;
		if (__sync_val_compare_and_swap(least, seen, value) == seen)
			return;
	}
}

static __always_inline void raise(__u64 *most, __u64 value)
{
	for (int try = 0; try < EXTREME_TRIES; try++) {
		__u64 seen = *(volatile __u64 *)most;

		if (seen >= value)
			return;
		if (__sync_val_compare_and_swap(most, seen, value) == seen)
			return;
	}
}

#endif
