namespace FlowLake.Agent.Directory;

/// <summary>A port of a Service.</summary>
/// <param name="Port">The number clients use.</param>
/// <param name="TargetPort">The number the endpoints listen on.</param>
/// <param name="Protocol">IANA protocol number.</param>
public readonly record struct ServicePort(int Port, int TargetPort, byte Protocol);
