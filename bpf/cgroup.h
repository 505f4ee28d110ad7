/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Folders of cgroup v2 as they are made: a pod that lives two seconds is gone from the file system before anybody looks there. */
#ifndef FLOWLAKE_CGROUP_H
#define FLOWLAKE_CGROUP_H

/* Holds about a thousand. Without an agent nobody takes them out; what then has no room is counted, and found by a scan if it still lives. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} cgroups_made SEC(".maps");

/* The stack has no room for a path. One a processor is enough: the kernel makes folders one at a time. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow_cgroup);
} cgroup_draft SEC(".maps");

static __always_inline void tell_cgroup(struct cgroup *made, const char *path)
{
	__u32 first = 0;
	struct flow_cgroup *draft = bpf_map_lookup_elem(&cgroup_draft, &first);
	long length;

	/* Hierarchies of version 1 have numbers, and ids of their own. */
	if (!draft || made->root->hierarchy_id)
		return;
	draft->id = made->kn->id;
	length = bpf_probe_read_kernel_str(draft->path, sizeof(draft->path), path);
	if (length <= 0 || length > sizeof(draft->path) ||
	    bpf_ringbuf_output(&cgroups_made, draft, offsetof(struct flow_cgroup, path) + length, 0))
		lose(cgroups_missed, 1);
}

#endif
