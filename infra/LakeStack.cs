using Amazon.CDK;
using Constructs;

namespace FlowLake.Infra;

/// <summary>A whole lake on AWS: where it is kept, who fills it, who watches that, how others find and reach it.</summary>
public sealed class LakeStack : Stack
{
    /// <param name="scope">The app.</param>
    /// <param name="id">Names the stack.</param>
    /// <param name="asset">The packaged ingest function.</param>
    public LakeStack(Construct scope, string id, IngestAsset asset)
        : base(scope, id, new StackProps { Description = "FlowLake: pod-to-pod network flows as an open table." })
    {
        var lake = new LakeBucket(this, "Lake");
        var ingest = new IngestFunction(this, "Ingest", lake, asset);
        var alarms = new IngestAlarms(this, "Alarms", ingest);
        _ = new LakeCatalog(this, "Catalog", lake);
        var agent = new AgentAccess(this, "AgentAccess", lake);
        var query = new QueryAccess(this, "QueryAccess", lake);

        Say("Lake", lake.Url, "The lake, as --lake of every flowlake command takes it.");
        Say("Bucket", lake.Bucket.BucketName, "The lake's bucket.");
        Say("AgentPolicy", agent.Policy.ManagedPolicyArn, "Give it to the role of the agents: they may add to inbox/, and nothing else.");
        Say("QueryPolicy", query.Policy.ManagedPolicyArn, "Give it to the role of `flowlake serve` and of who reads the tables: they may read them, and nothing else.");
        Say("AlarmTopic", alarms.Topic.TopicArn, "Subscribe to it to hear when ingest fails or stands still.");
        Say("Database", LakeCatalog.DatabaseName, "The database Athena finds the tables in (engine version 3).");
    }

    private void Say(string name, string value, string description)
    {
        // The constructs have taken the short names in the tree; in the template, where users read, the output has it.
        var output = new CfnOutput(this, name + "Output", new CfnOutputProps { Value = value, Description = description });
        output.OverrideLogicalId(name);
    }
}
