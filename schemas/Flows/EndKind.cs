namespace FlowLake.Schemas.Flows;

/// <summary>What an end of a flow is.</summary>
public enum EndKind
{
    /// <summary>Nothing is known of the address.</summary>
    Unknown,

    /// <summary>A pod, host-network pods included.</summary>
    Pod,

    /// <summary>A node itself: its kubelet, its system services, or what it forwards.</summary>
    Node,

    /// <summary>A virtual address of a Service, behind which some endpoint answered.</summary>
    Service,

    /// <summary>An address outside the cluster.</summary>
    External,
}

/// <summary>Which end of the flow the row was counted at.</summary>
public enum FlowObserver
{
    /// <summary>At the end that asked for the connection.</summary>
    Client,

    /// <summary>At the end that answered it. It sees real addresses, also behind a Service.</summary>
    Server,
}
