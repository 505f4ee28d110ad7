namespace FlowLake.Schemas.Flows;

/// <summary>The words the table uses for <see cref="EndKind"/> and <see cref="FlowObserver"/>.</summary>
public static class FlowWords
{
    public static string Of(EndKind kind) => kind switch
    {
        EndKind.Pod => "pod",
        EndKind.Node => "node",
        EndKind.Service => "service",
        EndKind.External => "external",
        _ => "unknown",
    };

    public static string Of(FlowObserver observer) => observer == FlowObserver.Client ? "client" : "server";
}
