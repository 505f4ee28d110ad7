using FlowLake.Agent.Directory;
using FlowLake.Agent.Windows;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>The rule of section "names and places", case by case.</summary>
public sealed class PrimaryRuleTests
{
    private static readonly PodEntry watchedPod = new("app", "p", "watched", null, null);
    private static readonly PodEntry unwatchedPod = new("app", "q", "unwatched", null, null);
    private static readonly AddressKey address = Clusters.Key("10.0.0.1");
    private static readonly AddressKey otherAddress = Clusters.Key("10.0.0.2");
    private static readonly AddressKey thirdAddress = Clusters.Key("10.0.0.3");

    private static bool RunsAgent(string node) => node == "watched";

    private static EndObservation Of(AddressHolder? holder, AddressKey? at = null, Dictionary<AddressKey, AddressHolder>? endpoints = null) =>
        PrimaryRule.ObservationOf(holder, at ?? address, RunsAgent, ObservationScope.Everything, endpoint => endpoints?.GetValueOrDefault(endpoint));

    private static EndObservation OfService(params (AddressKey Address, AddressHolder? Holder)[] endpoints) => Of(
        new ServiceEntry("app", "s", [], [.. endpoints.Select(endpoint => endpoint.Address)]),
        endpoints: endpoints.Where(endpoint => endpoint.Holder is not null).ToDictionary(endpoint => endpoint.Address, endpoint => endpoint.Holder!));

    [Theory]
    [InlineData(FlowObserver.Server, EndObservation.None, true)]
    [InlineData(FlowObserver.Server, EndObservation.Mixed, true)]
    [InlineData(FlowObserver.Server, EndObservation.Observed, true)]
    [InlineData(FlowObserver.Client, EndObservation.None, true)]
    [InlineData(FlowObserver.Client, EndObservation.Mixed, true)]
    [InlineData(FlowObserver.Client, EndObservation.Observed, false)]
    public void Server_rows_count_and_client_rows_unless_the_server_is_observed(FlowObserver observer, EndObservation server, bool primary) =>
        Assert.Equal(primary, PrimaryRule.IsPrimary(observer, server));

    [Fact]
    public void A_pod_is_observed_when_its_node_runs_an_agent() => Assert.Equal(EndObservation.Observed, Of(watchedPod));

    [Fact]
    public void A_pod_on_a_node_without_an_agent_is_not() => Assert.Equal(EndObservation.None, Of(unwatchedPod));

    [Fact]
    public void A_pod_that_all_agents_leave_out_is_not() => Assert.Equal(
        EndObservation.None, PrimaryRule.ObservationOf(watchedPod with { Observe = false }, address, RunsAgent, ObservationScope.Everything, _ => null));

    [Fact]
    public void A_node_is_observed_when_it_runs_an_agent()
    {
        Assert.Equal(EndObservation.Observed, Of(new NodeEntry("watched", null, null)));
        Assert.Equal(EndObservation.None, Of(new NodeEntry("unwatched", null, null)));
    }

    [Fact]
    public void What_the_cloud_answers_at_a_link_local_address_no_agent_sees()
    {
        Assert.Equal(EndObservation.None, Of(new NodeEntry("watched", null, null), Clusters.Key("169.254.169.254")));
        Assert.Equal(EndObservation.Observed, Of(new NodeEntry("watched", null, null), Clusters.Key("169.254.20.10")));
    }

    [Fact]
    public void Nobody_known_is_not_observed() => Assert.Equal(EndObservation.None, Of(null));

    [Fact]
    public void A_Service_is_observed_when_all_its_endpoints_are() =>
        Assert.Equal(EndObservation.Observed, OfService((otherAddress, watchedPod), (thirdAddress, new NodeEntry("watched", null, null))));

    [Fact]
    public void A_Service_is_not_observed_when_none_of_its_endpoints_is() =>
        Assert.Equal(EndObservation.None, OfService((otherAddress, unwatchedPod), (thirdAddress, null)));

    [Fact]
    public void A_Service_without_endpoints_is_not_observed() => Assert.Equal(EndObservation.None, OfService());

    [Fact]
    public void A_Service_with_some_endpoints_observed_is_mixed()
    {
        Assert.Equal(EndObservation.Mixed, OfService((otherAddress, watchedPod), (thirdAddress, unwatchedPod)));
        Assert.Equal(EndObservation.Mixed, OfService((otherAddress, watchedPod), (thirdAddress, null)));
    }
}
