/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The kernel types we read, and of them only the fields we read. CO-RE finds the true offsets when the program is loaded.
 * Fields newer than our kernel floor (5.15) are asked for with bpf_core_field_exists first.
 */
#ifndef FLOWLAKE_KERNEL_H
#define FLOWLAKE_KERNEL_H

#define AF_INET 2
#define AF_INET6 10

/* include/net/tcp_states.h */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_SYN_RECV = 3,
	TCP_FIN_WAIT1 = 4,
	TCP_FIN_WAIT2 = 5,
	TCP_TIME_WAIT = 6,
	TCP_CLOSE = 7,
	TCP_CLOSE_WAIT = 8,
	TCP_LAST_ACK = 9,
	TCP_LISTEN = 10,
	TCP_CLOSING = 11,
	TCP_NEW_SYN_RECV = 12,
};

/* include/net/dropreason-core.h; the numbers may move, and the second came with 6.0, the last with 6.8. */
enum skb_drop_reason {
	SKB_NOT_DROPPED_YET = 0,
	SKB_CONSUMED = 1,
	SKB_DROP_REASON_NOT_SPECIFIED = 2,
	SKB_DROP_REASON_QUEUE_PURGE = 104,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* include/net/sock.h: the order is historic, the number may move. */
enum sock_flags {
	SOCK_DONE = 1,
};

struct in6_addr {
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

typedef struct {
	__s64 counter;
} atomic64_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	short unsigned int skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	long unsigned int skc_flags;
	atomic64_t skc_cookie;	/* unique while the kernel runs; 0 until somebody asks for it */
};

struct kernfs_node {
	__u64 id;
};

struct cgroup_root {
	int hierarchy_id;	/* 0: version 2 */
};

struct cgroup {
	struct kernfs_node *kn;
	struct cgroup_root *root;
	int level;		/* 0: the root of the hierarchy */
	struct cgroup *ancestors[];	/* 6.1; the cgroup itself is the last */
};

struct cgroup___before_6_1 {
	int level;
	__u64 ancestor_ids[];
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

/* A socket's lock: the word of its spin lock, and whether a process owns it. Absent in this form where PREEMPT_RT is on. */
typedef struct {
	int counter;
} atomic_t;

struct qspinlock {
	atomic_t val;
};

struct raw_spinlock {
	struct qspinlock raw_lock;
};

struct spinlock {
	struct raw_spinlock rlock;
};

typedef struct {
	struct spinlock slock;
	int owned;
} socket_lock_t;

struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	struct sock_cgroup_data sk_cgrp_data;
};

struct inet_sock {
	struct sock sk;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u16 tcp_header_len;	/* with the options of a usual segment */
	__u64 bytes_acked;
	__u64 bytes_received;
	__u64 bytes_retrans;
	__u32 segs_out;
	__u32 segs_in;
	__u32 snd_una;
	__u32 snd_nxt;
	__u32 write_seq;
	__u32 srtt_us;		/* smoothed round trip, microseconds times 8 */
	__u32 total_retrans;
	__u32 lost;
	__u16 total_rto;	/* 6.7 */
	__u32 total_rto_time;	/* 6.7, milliseconds */
	__u8 bpf_sock_ops_cb_flags;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__bpf_sk_storage_map {
	struct bpf_iter_meta *meta;
	struct sock *sk;
};

struct file;

struct socket {
	struct sock *sk;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct file *file;
};

struct bpf_map;

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
};

struct net_device {
	possible_net_t nd_net;
};

struct skb_shared_info {
	short unsigned int gso_segs;
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned int len;
	__be16 protocol;
	__u16 network_header;
	unsigned int end;	/* an offset from head: every 64-bit kernel has it so */
	unsigned char *head;
	unsigned char *data;	/* where the layer that has the packet begins */
};

/* What the tracepoint of dropped packets has to say; here only to learn which arguments this kernel's has. */
struct trace_event_raw_kfree_skb {
	void *rx_sk;		/* 6.11 */
	enum skb_drop_reason reason;	/* 5.17 */
};

#pragma clang attribute pop

#endif
