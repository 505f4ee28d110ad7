namespace FlowLake.Agent.Bpf;

/// <summary>Which end of a connection the counted socket is. Mirrors <c>enum flow_role</c> in bpf/flow.h.</summary>
public enum FlowRole : byte
{
    /// <summary>TCP: called connect. Other protocols: the end with the higher port, at equal ports the higher address.</summary>
    Client = 0,

    /// <summary>TCP: accepted. Other protocols: the end with the lower port, at equal ports the lower address.</summary>
    Server = 1,
}
