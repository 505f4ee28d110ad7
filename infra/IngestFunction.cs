using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace FlowLake.Infra;

/// <summary>Moves the inbox into the tables, woken each minute.</summary>
/// <remarks>It needs no queue and no event: it lists the inbox, and what one run leaves the next one finds.</remarks>
public sealed class IngestFunction : Construct
{
    public IngestFunction(Construct scope, string id, LakeBucket lake, IngestAsset asset)
        : base(scope, id)
    {
        var log = new LogGroup(this, "Log", new Amazon.CDK.AWS.Logs.LogGroupProps { Retention = RetentionDays.ONE_MONTH, RemovalPolicy = RemovalPolicy.DESTROY });
        var role = new Role(this, "Role", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        log.GrantWrite(role);
        role.AddToPolicy(lake.List());
        // Of quarantine the reasons: a table that comes to a file after another has passed it asks there whether it was bad.
        role.AddToPolicy(lake.Objects(["s3:GetObject"], [LakeFolders.Inbox, LakeFolders.Quarantine, .. LakeFolders.OfTables]));
        role.AddToPolicy(lake.Objects(["s3:PutObject"], [LakeFolders.Quarantine, .. LakeFolders.OfTables]));
        // A large data file or checkpoint goes up in parts, which a failure gives up again.
        role.AddToPolicy(lake.Objects(["s3:AbortMultipartUpload"], [.. LakeFolders.OfData, .. LakeFolders.OfLogs]));
        // Data files of a commit that lost its race, and what maintenance finds superfluous: removed files, and versions below an old checkpoint.
        role.AddToPolicy(lake.Objects(["s3:DeleteObject"], [LakeFolders.Inbox, .. LakeFolders.OfData, .. LakeFolders.OfLogs]));

        Function = new Function(this, "Function", new FunctionProps
        {
            Description = "FlowLake ingest: inbox files into the tables, exactly once.",
            Runtime = Runtime.PROVIDED_AL2023,
            Architecture = asset.Processor == Processor.Arm64 ? Architecture.ARM_64 : Architecture.X86_64,
            Handler = IngestAsset.Program,
            Code = Code.FromAsset(asset.Folder),
            Role = role,
            LogGroup = log,
            // One whole processor: Lambda gives them by memory, 1,769 MB each.
            MemorySize = 1769,
            // A round takes up to 256 MB of inbox files and writes about as much; the rest is for sorting what memory does not hold.
            EphemeralStorageSize = Size.Gibibytes(2),
            // A backlog after an outage takes several runs; each stops in time, and what it committed stays.
            Timeout = Duration.Minutes(5),
            // Two at once are safe, for one of two that took the same files loses the commit and plans again; more would only lose more often. Two, not one:
            // a run over a backlog does not keep the next minute waiting. An account with a limit of ten has none to reserve; have the limit raised.
            ReservedConcurrentExecutions = 2,
            // What failed or found no place is done by the next minute's run.
            RetryAttempts = 0,
            MaxEventAge = Duration.Minutes(1),
            // Beside it FLOWLAKE_RETENTION_DAYS (90) and FLOWLAKE_ROLLUP_RETENTION_DAYS (400) are there to be set; and FLOWLAKE_SHARE, for a
            // cluster that is too much for one function: as 1/2 and 2/2 in two of them.
            Environment = new Dictionary<string, string> { ["FLOWLAKE_LAKE"] = lake.Url },
        });

        _ = new Rule(this, "EachMinute", new RuleProps
        {
            Description = "Wakes FlowLake's ingest.",
            Schedule = Schedule.Rate(Duration.Minutes(1)),
            Targets = [new LambdaFunction(Function, new LambdaFunctionProps { RetryAttempts = 0 })],
        });
    }

    public Function Function { get; }
}
