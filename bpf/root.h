/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Which sockets are the agent's. sock_ops and cgroup_skb are told by the kernel; tracepoints and iterators see the whole machine. */
#ifndef FLOWLAKE_ROOT_H
#define FLOWLAKE_ROOT_H

#define HIERARCHY_ROOT 1	/* the kernel gives its first cgroup this id, and warns if it cannot */
#define CGROUP_LEVELS_MOST 32	/* a socket deeper than that is taken for a stranger's */

static __always_inline __u64 root_cgroup(void)
{
	__u32 first = 0;
	struct flow_control *agent = bpf_map_lookup_elem(&control, &first);

	return agent ? agent->root : 0;
}

static __always_inline __u64 ancestor_id(struct cgroup *cgroup, int level)
{
	struct cgroup *ancestor = NULL;
	__u64 id = 0;

	if (bpf_core_field_exists(cgroup->ancestors)) {
		bpf_core_read(&ancestor, sizeof(ancestor), &cgroup->ancestors[level]);
		return ancestor ? BPF_CORE_READ(ancestor, kn, id) : 0;
	}
	bpf_core_read(&id, sizeof(id), &((struct cgroup___before_6_1 *)cgroup)->ancestor_ids[level]);
	return id;
}

/* Of a full socket. */
static __always_inline bool is_below_root(struct sock *sk)
{
	struct cgroup *cgroup = sk->sk_cgrp_data.cgroup;
	__u64 root = root_cgroup();
	int deepest;

	if (root == HIERARCHY_ROOT)
		return true;
	deepest = cgroup->level;
	for (int level = 0; level < CGROUP_LEVELS_MOST && level <= deepest; level++)
		if (ancestor_id(cgroup, level) == root)
			return true;
	return false;
}

/* What has no socket belongs to no cgroup: it is told by the agent of the whole node alone, else several would tell it. */
static __always_inline bool is_whole_node(void)
{
	return root_cgroup() == HIERARCHY_ROOT;
}

/* Handshakes and time-waits have sockets of their own, which lack most of what a socket has. */
static __always_inline bool is_full(struct sock *sk)
{
	__u8 state = sk->__sk_common.skc_state;

	return state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV;
}

#endif
