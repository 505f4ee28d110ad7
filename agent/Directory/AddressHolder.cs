namespace FlowLake.Agent.Directory;

/// <summary>Someone who can hold an address.</summary>
public abstract record AddressHolder
{
    /// <summary>Whose claim counts where two have one address: the greater one's.</summary>
    internal abstract int Rank { get; }
}
