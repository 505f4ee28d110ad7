namespace FlowLake.Agent.Directory;

/// <summary>Someone who can hold an address.</summary>
public abstract record AddressHolder;
