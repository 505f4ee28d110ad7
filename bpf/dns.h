/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * DNS over UDP port 53. A query waits in a map until its answer comes or its time is over; then, and only then, it is counted, under
 * its name, type and response code. So each query followed is counted once, and an answer to none is a loss of its own.
 */
#ifndef FLOWLAKE_DNS_H
#define FLOWLAKE_DNS_H

#define DNS_PORT 53
#define UDP_HEADER 8
#define DNS_LABEL_MOST 63

struct dns_header {
	__be16 id;
	__u8 flags;		/* highest bit: an answer */
	__u8 more_flags;	/* lowest four bits: the response code */
	__be16 questions;
	__be16 answers;
	__be16 authorities;
	__be16 additionals;
};

#define DNS_IS_ANSWER 0x80
#define DNS_RESPONSE_CODE 0x0f

static const struct dns_counters no_dns_counters;

static __always_inline struct dns_counters *dns_entry_in(__u32 slot, const struct dns_key *key)
{
	struct dns_counters *entry;
	void *map = bpf_map_lookup_elem(&dns_active, &slot);

	if (!map)
		return NULL;
	entry = bpf_map_lookup_elem(map, key);
	if (entry)
		return entry;
	bpf_map_update_elem(map, key, &no_dns_counters, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

/* Where the map is full the detail goes; cgroup, role and code are kept, so that sums stay. */
static __always_inline void fold(struct dns_key *key)
{
	__builtin_memset(&key->local, 0, sizeof(key->local));
	__builtin_memset(&key->remote, 0, sizeof(key->remote));
	__builtin_memset(key->name, 0, sizeof(key->name));
	key->type = 0;
}

/* The key is the caller's own: there is no room on the stack for another. */
static __always_inline void count_query(struct dns_key *key, __u64 latency_us)
{
	struct dns_counters *entry = dns_entry_in(DNS_SLOT_QUERIES, key);

	if (!entry) {
		lose(dns_folded, 1);
		fold(key);
		entry = dns_entry_in(DNS_SLOT_RESERVE, key);
	}
	if (!entry) {
		lose(dns_lost, 1);
		return;
	}
	add(&entry->queries, 1);
	if (latency_us) {
		add(&entry->latency_us_sum, latency_us);
		add(&entry->latency_count, 1);
		lower(&entry->latency_us_min, latency_us);
		raise(&entry->latency_us_max, latency_us);
	}
}

/*
 * Ends a waiting query. Whoever takes its time out of it counts it and removes it; everybody else finds the time gone. Nobody replaces
 * an entry that waits, so its key is still that query's while it is counted.
 */
static __noinline bool end_query(const struct dns_query_key *waiting, __u64 older_than_ns, __u8 response_code)
{
	struct dns_query *query = bpf_map_lookup_elem(&dns_waiting, waiting);
	__u64 now = bpf_ktime_get_ns();
	__u64 latency_us = 0;
	__u64 sent;

	if (!query)
		return false;
	sent = *(volatile __u64 *)&query->sent_ns;
	if (!sent || now - sent < older_than_ns || __sync_val_compare_and_swap(&query->sent_ns, sent, 0) != sent)
		return false;
	if (response_code != DNS_UNANSWERED)
		latency_us = now - sent < 1000 ? 1 : (now - sent) / 1000;
	query->key.response_code = response_code;
	count_query(&query->key, latency_us);
	bpf_map_delete_elem(&dns_waiting, waiting);
	return true;
}

/* How far a name is read, in one word: bytes left of its label, bytes read, whether it is over, and the byte to keep. */
#define NAME_LABEL(state) ((state) & 0xff)
#define NAME_LENGTH(state) ((state) >> 8 & 0xff)
#define NAME_OVER 0x10000
#define NAME_WRONG 0x20000
#define NAME_BYTE_SHIFT 24

/*
 * Takes the next byte of a name. A function the verifier checks by itself, and of whose answer it knows nothing: so it need not follow
 * every way a name can be cut into labels.
 */
__noinline __u32 next_of_name(__u32 state, __u32 byte)
{
	__u32 label = NAME_LABEL(state);
	__u32 marks = state & (NAME_OVER | NAME_WRONG);
	__u32 length = NAME_LENGTH(state) + 1;

	byte &= 0xff;
	if (marks)
		return state & 0xffffff;
	if (label) {
		label--;
		if (byte >= 'A' && byte <= 'Z')
			byte |= 0x20;
	} else if (!byte) {
		marks = NAME_OVER;
	} else if (byte > DNS_LABEL_MOST) {
		/* A question has nothing before it that a pointer could lead to. */
		marks = NAME_WRONG;
	} else {
		label = byte;
	}
	return label | length << 8 | marks | byte << NAME_BYTE_SHIFT;
}

static __always_inline void begin_query(struct __sk_buff *skb, __u32 question, const struct dns_query_key *waiting, const struct flow_key *flow)
{
	struct dns_query query;
	__u32 length = skb->len - question;
	__u32 name = 0;
	__be16 type = 0;

	__builtin_memset(&query, 0, sizeof(query));
	if (length > DNS_NAME_MOST)
		length = DNS_NAME_MOST;
	asm volatile("" : "+r"(length));
	if (length < 1 || length > DNS_NAME_MOST || bpf_skb_load_bytes(skb, question, query.key.name, length)) {
		lose(dns_unreadable, 1);
		return;
	}
	for (int i = 0; i < DNS_NAME_MOST; i++) {
		name = next_of_name(name, query.key.name[i]);
		query.key.name[i] = name >> NAME_BYTE_SHIFT;
	}
	if ((name & NAME_WRONG) || NAME_LENGTH(name) > length ||
	    ((name & NAME_OVER) && bpf_skb_load_bytes(skb, question + NAME_LENGTH(name), &type, sizeof(type)))) {
		lose(dns_unreadable, 1);
		return;
	}
	if (!(name & NAME_OVER))
		lose(dns_names_cut, 1);
	query.key.cgroup = flow->cgroup;
	query.key.local = flow->local;
	query.key.remote = flow->remote;
	query.key.type = bpf_ntohs(type);
	query.key.role = flow->role;
	query.sent_ns = bpf_ktime_get_ns();
	if (!bpf_map_update_elem(&dns_waiting, waiting, &query, BPF_NOEXIST))
		return;
	/* Asked again under the same number: the first try stays without an answer. */
	end_query(waiting, 0, DNS_UNANSWERED);
	if (bpf_map_update_elem(&dns_waiting, waiting, &query, BPF_NOEXIST))
		lose(dns_unfollowed, 1);
}

/* A function of its own, with a stack of its own: a key with a name in it takes a third of what a program may have. */
static __noinline int follow_dns(struct __sk_buff *skb, const struct flow_key *flow, __u32 message, bool out)
{
	struct dns_query_key waiting;
	struct dns_header dns;
	__be16 ports[2];
	bool to_server = out == (flow->role == FLOW_ROLE_CLIENT);
	bool is_answer;

	if (skb->gso_segs > 1 || bpf_skb_load_bytes(skb, message - UDP_HEADER, ports, sizeof(ports)) ||
	    bpf_skb_load_bytes(skb, message, &dns, sizeof(dns))) {
		lose(dns_unreadable, 1);
		return 0;
	}
	is_answer = dns.flags & DNS_IS_ANSWER;
	if (is_answer == to_server || (!is_answer && dns.questions != bpf_htons(1))) {
		lose(dns_unreadable, 1);
		return 0;
	}
	__builtin_memset(&waiting, 0, sizeof(waiting));
	waiting.local = flow->local;
	waiting.remote = flow->remote;
	waiting.client_port = bpf_ntohs(ports[to_server ? 0 : 1]);
	waiting.id = dns.id;
	waiting.role = flow->role;
	if (!is_answer)
		begin_query(skb, message + sizeof(dns), &waiting, flow);
	else if (!end_query(&waiting, 0, dns.more_flags & DNS_RESPONSE_CODE))
		lose(dns_unmatched, 1);
	return 0;
}

static __always_inline bool dns_is_followed(void)
{
	__u32 first = 0;
	struct flow_control *agent = bpf_map_lookup_elem(&control, &first);

	return agent && agent->dns;
}

#endif
