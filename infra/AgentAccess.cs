using Amazon.CDK.AWS.IAM;
using Constructs;

namespace FlowLake.Infra;

/// <summary>What an agent needs: to add to the inbox. It cannot read, list or delete, so a node that is taken over sees and spoils nothing that others brought.</summary>
public sealed class AgentAccess : Construct
{
    public AgentAccess(Construct scope, string id, LakeBucket lake)
        : base(scope, id) =>
        Policy = new ManagedPolicy(this, "Policy", new ManagedPolicyProps
        {
            Description = "FlowLake agents: add to the inbox.",
            Statements = [lake.Objects(["s3:PutObject"], LakeFolders.Inbox)],
        });

    public ManagedPolicy Policy { get; }
}
