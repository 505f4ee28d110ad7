/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The contract between the kernel programs and the agent: what is counted, under which key, and what is lost.
 * agent/Bpf mirrors every type and number here; a test compares both through the BTF in the object file.
 * Sized types only, padding written out: a map hashes every byte of its key.
 */
#ifndef FLOWLAKE_FLOW_H
#define FLOWLAKE_FLOW_H

#define FLOW_NAMESPACE_NAME 64	/* a label of RFC 1123, at most 63 characters, and its end */

enum flow_role {
	FLOW_ROLE_CLIENT = 0,
	FLOW_ROLE_SERVER = 1,
};

/* Network byte order; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). In words, because programs compare and copy them so. */
union flow_address {
	__u8 bytes[16];
	__u32 words[4];
	__u64 halves[2];
};

/* Local and remote are as the counted socket sees them; the client's ephemeral port is left out on purpose. */
struct flow_key {
	__u64 cgroup;		/* id of the cgroup v2 folder (its inode number) of the local socket */
	union flow_address local;
	union flow_address remote;
	__u16 server_port;	/* host byte order; 0 where the protocol has none */
	__u8 protocol;		/* IANA protocol number */
	__u8 role;		/* enum flow_role, of the local end */
	__u8 pad[4];		/* always zero */
};

/* Out is what the local end sent, in is what it received. Payload and header together are IP bytes. */
struct flow_counters {
	__u64 payload_out;	/* TCP: acknowledged by the peer, each byte once */
	__u64 payload_in;
	__u64 header_out;	/* everything on the wire, from the IP header on, that is not payload: retransmissions too */
	__u64 header_in;
	__u64 packets_out;	/* as on the wire: a super-packet counts its segments */
	__u64 packets_in;
	__u64 connections_opened;
	__u64 connections_closed;
	__u64 connections_failed;	/* connects that never were established */
	__u64 retransmits;		/* segments sent again */
	__u64 segments_lost;		/* segments the sender took for lost */
	__u64 rto_count;		/* retransmission timeouts; 0 before kernel 6.7 */
	__u64 rto_time_us;		/* time spent in them, microseconds; 0 before kernel 6.7 */
	__u64 resets_sent;
	__u64 resets_received;
	__u64 drops;
	__u64 srtt_us_sum;		/* one sample of the smoothed round trip a socket, window and close, microseconds */
	__u64 srtt_count;
	__u64 srtt_us_min;		/* 0: no sample */
	__u64 srtt_us_max;
	__u64 spare[4];			/* always zero */
};

/* What could not be recorded, or by design is not. Each value only grows while the pins live. Bytes are payload unless said. */
struct flow_losses {
	__u64 sweeps_postponed;		/* sockets a sweep left for the next one, because the flow map was full */
	__u64 closes_folded;		/* connections whose last count went to the reserve: their detail is lost, no byte is */
	__u64 packets_folded;		/* packets likewise */
	__u64 reserve_full;		/* counts that found no place in the reserve either */
	__u64 reserve_full_bytes;
	__u64 storage_failed;		/* sockets the kernel had no memory to tag; counted as untagged when they close */
	__u64 untagged;			/* connections that closed without ever having been tagged */
	__u64 untagged_bytes;
	__u64 loopback;			/* ends of connections, and packets, between a host and itself: by design not recorded */
	__u64 loopback_bytes;		/* what each end sent: every byte once */
	__u64 stopped;			/* connections closed and packets seen while no agent had been alive for too long */
	__u64 stopped_bytes;
	__u64 unreadable_packets;	/* headers too short or too many to find the protocol */
	__u64 unreadable_bytes;		/* their IP bytes */
	__u64 cgroups_missed;		/* cgroups made while there was no room to tell the agent */
	__u64 before_agent;		/* connections that were open when this set of pins was made: counted from then on */
	__u64 before_agent_bytes;	/* what they had moved until then */
	__u64 incidents_folded;		/* resets and drops whose count went to the reserve */
	__u64 resets_unplaced;		/* resets sent for no tagged socket: to a closed port, by a listener, in time-wait */
	__u64 drops_unlisted;		/* dropped packets that found the map of drops full */
	__u64 drops_unlisted_bytes;	/* their length */
	__u64 dns_unfollowed;		/* DNS queries not followed, because too many were waiting for their answer */
	__u64 dns_unmatched;		/* DNS answers to no query that was followed: too late, or of such a query */
	__u64 dns_unreadable;		/* datagrams at port 53 that are no DNS message of one question */
	__u64 dns_names_cut;		/* DNS queries whose name was longer than DNS_NAME_MOST: counted under its beginning */
	__u64 dns_folded;		/* DNS queries whose detail is lost because their map was full */
	__u64 dns_lost;			/* DNS queries that found no place in the reserve either */
	__u64 spare[1];
};

/* What a namespace's pods moved while it was decided that they are not observed. Each value only grows while the pins live. */
struct flow_namespace {
	char name[FLOW_NAMESPACE_NAME];	/* as Kubernetes names it, ending with zero; only the agent writes it */
	__u64 connections;		/* that closed */
	__u64 packets;			/* of UDP and every other protocol that is not TCP */
	__u64 bytes;			/* payload of both directions, of TCP and the rest */
};

/* A folder of cgroup v2 that was made. */
struct flow_cgroup {
	__u64 id;
	char path[1024];	/* from the root of the hierarchy, ending with zero; what comes after it is not sent */
};

/* Only the agent writes these. */
struct flow_control {
	__u64 heartbeat_ns;	/* CLOCK_MONOTONIC of the agent's last sign of life */
	__u64 silence_ns;	/* how long after it counting goes on */
	__u64 epoch;		/* number of the epoch being counted; its lowest bit chooses the generation of maps; 0: not set up */
	__u64 dns;		/* 1: DNS is followed */
	__u64 cleared;		/* the newest epoch whose rows are safe outside the kernel */
	__u64 id[2];		/* identity of this set of pins, random */
	__u64 root;		/* id of the cgroup whose sockets, and those below it, are counted */
	__u64 adopted;		/* 1 once connections that were open before are counted too */
	__u64 excluding;	/* 1 while a cgroup may be excluded */
};

/* Packets dropped are added up apart from flows: most belong to none. */
struct flow_drop_key {
	__u64 cgroup;		/* of the packet's socket; 0 without one */
	__u32 network_namespace;	/* its inode number; 0 where the packet does not tell */
	__u32 reason;		/* the kernel's enum skb_drop_reason; 0 where it has none (before 5.17) */
	__u8 protocol;		/* IANA protocol number; 0: no IP header to be found */
	__u8 pad[7];		/* always zero */
};

struct flow_drop {
	__u64 packets;
	__u64 bytes;
};

/* Slots of the array of maps that programs add to. */
enum flow_slot {
	FLOW_SLOT_FLOWS,
	FLOW_SLOT_RESERVE,	/* by cgroup, role and protocol alone: takes what the full flow map cannot */
	FLOW_SLOT_COUNT,
};

#define DNS_NAME_MOST 128
#define DNS_UNANSWERED 255	/* no response code: nobody answered in time */

/* One name asked for by one client of one server, with one outcome. */
struct dns_key {
	__u64 cgroup;		/* of the local socket */
	union flow_address local;
	union flow_address remote;
	__u8 name[DNS_NAME_MOST];	/* as on the wire, in lower case, zero behind its end; a longer one is cut and has no end */
	__u16 type;		/* host byte order; 0 where the name is cut */
	__u8 role;		/* enum flow_role, of the local end */
	__u8 response_code;	/* or DNS_UNANSWERED */
	__u8 pad[4];		/* always zero */
};

struct dns_counters {
	__u64 queries;
	__u64 latency_us_sum;	/* from query to answer, as the local end saw both; microseconds, each at least 1 */
	__u64 latency_count;	/* answered queries */
	__u64 latency_us_min;	/* 0: no answer */
	__u64 latency_us_max;
};

/* What makes an answer that query's. */
struct dns_query_key {
	union flow_address local;
	union flow_address remote;
	__u16 client_port;
	__u16 id;		/* network byte order */
	__u8 role;
	__u8 pad[3];		/* always zero */
};

struct dns_query {
	__u64 sent_ns;		/* CLOCK_MONOTONIC; 0: it is being counted */
	struct dns_key key;
};

/* Slots of the array of maps that DNS queries are added to. */
enum dns_slot {
	DNS_SLOT_QUERIES,
	DNS_SLOT_RESERVE,	/* by cgroup, role and response code alone */
	DNS_SLOT_COUNT,
};

#define DNS_CAPACITY 4096
#define DNS_RESERVE_CAPACITY 256
#define DNS_WAITING_CAPACITY 8192
#define DNS_WAIT_NS 10000000000ULL	/* after so long without an answer a query counts as unanswered */

#define FLOW_CAPACITY 16384	/* default; the agent may set another before it loads */
#define FLOW_SLOTS 16384	/* a power of two, as cookies are told apart by their lowest bits */
#define FLOW_SLOTS_OF_GROUP 64	/* as many as a sweep visits in one go */
#define FLOW_RESERVE_CAPACITY 1024
#define FLOW_EXCLUDED_CAPACITY 65536	/* cgroups not observed by decision */
#define FLOW_NAMESPACE_CAPACITY 1024	/* namespaces they are counted by; the first is for the rest */
#define FLOW_DROP_CAPACITY 1024
#define FLOW_LISTENER_CAPACITY 16384

_Static_assert(sizeof(struct flow_key) == 48, "the agent reads keys of 48 bytes");
_Static_assert(sizeof(struct flow_counters) == 192, "the agent reads counters of 192 bytes");
_Static_assert(sizeof(struct flow_drop_key) == 24, "the agent reads drop keys of 24 bytes");
_Static_assert(sizeof(struct dns_key) == 176, "the agent reads keys of 176 bytes");
_Static_assert(sizeof(struct dns_query_key) == 40, "padding is written out");

#endif
