namespace FlowLake.Agent.Directory;

/// <summary>A pod as a feed keeps it, smaller than its entry, which is made when somebody asks.</summary>
internal interface IPodClaim
{
    /// <summary>The pod by its names, the workload as far as it is known by now.</summary>
    PodEntry Entry { get; }

    /// <summary>Its claims on addresses, the table's to set; <see cref="ClaimTable.None"/> for none.</summary>
    int Claims { get; set; }
}
