using FlowLake.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>Who may do what, read from every policy in the template, so that nothing CDK adds by itself escapes.</summary>
[Collection(InfraCollection.Name)]
public sealed class AccessTests(SynthesisedStack stack)
{
    [Fact]
    public void No_allowed_action_has_a_star() =>
        Assert.All(Allowed, grant => Assert.DoesNotContain('*', grant.Action));

    [Fact]
    public void Every_allowed_resource_is_one_of_the_stack_and_of_a_bucket_only_named_folders() =>
        Assert.All(Allowed, grant =>
        {
            Assert.Matches("^(LakeBucket|IngestLog)", grant.Resource);
            Assert.Matches($@"^$|^(inbox/|quarantine/|({string.Join('|', Tables)})/(date=|_delta_log/)?)\*$", grant.Keys);
        });

    [Fact]
    public void No_policy_of_somebody_else_is_attached() =>
        Assert.All(stack.Resources("AWS::IAM::Role"), role => Assert.False(role.GetProperty("Properties").TryGetProperty("ManagedPolicyArns", out _)));

    [Fact]
    public void An_agent_may_add_to_the_inbox_and_nothing_else() =>
        Assert.Equal(["s3:PutObject inbox/*"], GrantsOf("AgentAccess"));

    [Fact]
    public void A_query_may_read_the_tables_and_nothing_else() =>
        Assert.Equal([.. Tables.Select(table => $"s3:GetObject {table}/*"), "s3:ListBucket "], GrantsOf("QueryAccess"));

    [Fact]
    public void Ingest_may_delete_inbox_and_data_files_and_old_versions_of_a_log() =>
        Assert.Equal(
            InOrder([.. Tables.SelectMany(table => new[] { $"s3:DeleteObject {table}/_delta_log/*", $"s3:DeleteObject {table}/date=*" }), "s3:DeleteObject inbox/*"]),
            GrantsOf("Ingest").Where(grant => grant.StartsWith("s3:Delete", StringComparison.Ordinal)));

    [Fact]
    public void Ingest_may_write_tables_and_quarantine_and_not_the_inbox() =>
        Assert.Equal(
            InOrder([.. Tables.Select(table => $"s3:PutObject {table}/*"), "s3:PutObject quarantine/*"]),
            GrantsOf("Ingest").Where(grant => grant.StartsWith("s3:Put", StringComparison.Ordinal)));

    [Fact]
    public void Only_the_schedule_may_wake_ingest() =>
        stack.Has("AWS::Lambda::Permission", """
            { "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com" }
            """);

    private static IEnumerable<string> Tables => InOrder(LakeTables.WithRollups.Select(table => table.Name));

    private static IEnumerable<string> InOrder(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    private IReadOnlyList<Grant> Allowed => stack.Grants;

    /// <summary>What the policies whose name begins so allow: the action, and what follows the bucket in the resource.</summary>
    private IEnumerable<string> GrantsOf(string holder) =>
        Allowed.Where(grant => grant.Holder.StartsWith(holder, StringComparison.Ordinal))
            .Select(grant => grant.ToString())
            .Order(StringComparer.Ordinal);
}
