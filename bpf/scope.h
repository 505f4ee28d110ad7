/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Cgroups whose traffic is not observed by decision. The agent decides, and sweeps before it changes a decision, so that what
 * a socket moved until then stays where it was counted. Sockets are tagged all the same: a decision may change back.
 */
#ifndef FLOWLAKE_SCOPE_H
#define FLOWLAKE_SCOPE_H

/* By cgroup: its namespace's number. At its bound the agent adds no more, and what it cannot add is observed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOW_EXCLUDED_CAPACITY);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u32);
} excluded SEC(".maps");

/* What was not observed, by number. The agent names a number before any cgroup has it; number 0 is for all it had none for. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOW_NAMESPACE_CAPACITY);
	__type(key, __u32);
	__type(value, struct flow_namespace);
} namespaces SEC(".maps");

/* Where to count what the cgroup moves, or NULL where it is observed. */
static __always_inline struct flow_namespace *exclusion_of(__u64 cgroup)
{
	__u32 first = 0;
	struct flow_control *agent = bpf_map_lookup_elem(&control, &first);
	__u32 *number;

	/* Most exclude nothing, and to ask an empty hash costs as much as another. */
	if (!agent || !agent->excluding)
		return NULL;
	number = bpf_map_lookup_elem(&excluded, &cgroup);
	return number ? bpf_map_lookup_elem(&namespaces, number) : NULL;
}

#endif
