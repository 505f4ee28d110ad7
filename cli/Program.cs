using FlowLake.Cli;

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
