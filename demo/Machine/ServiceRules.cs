using System.Globalization;
using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Machine;

/// <summary>What kube-proxy would set up: connections to the ClusterIP go to a random endpoint.</summary>
public static class ServiceRules
{
    /// <summary>The rules for one network namespace, as <c>nft -f</c> reads them. They go with the namespace.</summary>
    public static string Of(DemoTopology topology, string table)
    {
        var service = topology.Service;
        string ipv4 = Endpoints(topology.Servers.Select(server => server.Ipv4));
        string ipv6 = Endpoints(topology.Servers.Where(topology.ListensOnIpv6).Select(server => server.Ipv6));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            table inet {{table}} {
              chain output {
                type nat hook output priority -100;
                ip daddr {{service.Ipv4}} tcp dport {{service.Port}} dnat ip to {{ipv4}}:{{service.TargetPort}}
                ip6 daddr {{service.Ipv6}} tcp dport {{service.Port}} dnat ip6 to {{ipv6}}:{{service.TargetPort}}
              }
            }
            """);
    }

    private static string Endpoints(IEnumerable<string> addresses)
    {
        string[] elements = [.. addresses.Select((address, index) => string.Create(CultureInfo.InvariantCulture, $"{index} : {address}"))];
        return string.Create(CultureInfo.InvariantCulture, $"numgen random mod {elements.Length} map {{ {string.Join(", ", elements)} }}");
    }
}
