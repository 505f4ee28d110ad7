using FlowLake.Agent.Directory;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Windows;

/// <summary>Which of the two rows of a connection counts. Pure.</summary>
public static class PrimaryRule
{
    /// <summary>Server rows always; client rows unless the server's end is wholly observed, for then its row is there too.</summary>
    public static bool IsPrimary(FlowObserver observer, EndObservation serverEnd) => observer == FlowObserver.Server || serverEnd != EndObservation.Observed;

    /// <summary>Whether an agent observes who holds an address.</summary>
    /// <param name="holder">Who holds it; null when nobody known does.</param>
    /// <param name="address">The address itself.</param>
    /// <param name="runsAgent">Whether an agent runs on the node of that name.</param>
    /// <param name="scope">Which pods are observed by decision.</param>
    /// <param name="endpointHolder">Who holds an endpoint's address. Asked for Services alone.</param>
    public static EndObservation ObservationOf(AddressHolder? holder, AddressKey address, Func<string, bool> runsAgent, ObservationScope scope, Func<AddressKey, AddressHolder?> endpointHolder)
    {
        ArgumentNullException.ThrowIfNull(scope);
        switch (holder)
        {
            case PodEntry pod:
                return runsAgent(pod.Node) && scope.Observes(pod) ? EndObservation.Observed : EndObservation.None;
            case NodeEntry node:
                return runsAgent(node.Name) && !AddressScope.IsOfTheCloud(address) ? EndObservation.Observed : EndObservation.None;
            case ServiceEntry service:
                // A Service's endpoint that is itself a Service is none a socket could be behind.
                var observed = service.Endpoints.Count(endpoint => endpointHolder(endpoint) is { } end and not ServiceEntry && ObservationOf(end, endpoint, runsAgent, scope, endpointHolder) == EndObservation.Observed);
                return observed == 0 ? EndObservation.None : observed == service.Endpoints.Length ? EndObservation.Observed : EndObservation.Mixed;
            default:
                return EndObservation.None;
        }
    }
}
