using Amazon.CDK.AWS.IAM;
using Constructs;

namespace FlowLake.Infra;

/// <summary>What answering questions needs: to read the tables, not what has not been ingested and not what could not be.</summary>
public sealed class QueryAccess : Construct
{
    public QueryAccess(Construct scope, string id, LakeBucket lake)
        : base(scope, id) =>
        Policy = new ManagedPolicy(this, "Policy", new ManagedPolicyProps
        {
            Description = "FlowLake queries: read the tables.",
            Statements = [lake.List(), lake.Objects(["s3:GetObject"], LakeFolders.OfTables)],
        });

    public ManagedPolicy Policy { get; }
}
