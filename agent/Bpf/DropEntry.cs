namespace FlowLake.Agent.Bpf;

/// <summary>Packets the kernel dropped within one epoch, for one reason, of one place. Each combination of the first four comes once a drain.</summary>
/// <param name="Reason">
/// The kernel's own name for it, without <c>SKB_DROP_REASON_</c>: <c>NETFILTER_DROP</c>, <c>SOCKET_RCVBUFF</c>. A reason the kernel's types do not name is
/// its number; before kernel 5.17 all are <c>NOT_SPECIFIED</c>.
/// </param>
/// <param name="Cgroup">Id of the cgroup of the socket the packet was of, as in <see cref="FlowKey.Cgroup"/>; 0 where it had none.</param>
/// <param name="NetworkNamespace">Inode number of the network namespace it was dropped in; 0 where the packet did not tell.</param>
/// <param name="Protocol">IANA protocol number; 0 where the packet had no IP header yet, or none at all.</param>
/// <param name="Packets">Packets; a super-packet counts its segments. At least 1.</param>
/// <param name="Bytes">Their length, as far as the kernel had them when it dropped them.</param>
public readonly record struct DropEntry(string Reason, ulong Cgroup, uint NetworkNamespace, byte Protocol, long Packets, long Bytes);
