using FlowLake.Cli;
using FlowLake.QueryApi.Workers;

// A worker of serve gives up its rights first, on this thread, before anything else runs.
if (QueryWorker.IsMeant(args))
    return QueryWorker.Run(args);

// The composition root: every command of `flowlake`, in the order help shows them.
return await CommandLine.RunAsync(
    "FlowLake: which workloads talk across availability zones, what it costs, and whether the network is healthy there.",
    [
        DemoVerb.Create(),
        AgentVerb.Create(),
        IngestVerb.Create(),
        MaintainVerb.Create(),
        TableVerb.Create(),
        ServeVerb.Create(),
        KeyVerb.Create(),
        SqlVerb.Create(),
        GenerateVerb.Create(),
        DoctorVerb.Create(),
    ],
    args);
