using Xunit;

namespace FlowLake.Tests.Infra;

[Collection(InfraCollection.Name)]
public sealed class IngestFunctionTests(SynthesisedStack stack)
{
    [Fact]
    public void The_function_starts_the_packaged_program_on_its_own_processor() =>
        stack.Has("AWS::Lambda::Function", """
            { "Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": [ "x86_64" ] }
            """);

    [Fact]
    public void The_function_is_told_which_lake()
    {
        var variables = Assert.Single(stack.Resources("AWS::Lambda::Function")).GetProperty("Properties").GetProperty("Environment").GetProperty("Variables");
        var lake = Assert.Single(variables.EnumerateObject());
        Assert.Equal("FLOWLAKE_LAKE", lake.Name);
        Assert.StartsWith("""{"Fn::Join":["",["s3://",{"Ref":"Lake""", Compact(lake.Value), StringComparison.Ordinal);
    }

    [Fact]
    public void At_most_two_runs_overlap_and_none_lasts_longer_than_five_minutes() =>
        stack.Has("AWS::Lambda::Function", """
            { "ReservedConcurrentExecutions": 2, "Timeout": 300 }
            """);

    [Fact]
    public void It_is_woken_each_minute() =>
        stack.Has("AWS::Events::Rule", """
            { "ScheduleExpression": "rate(1 minute)", "State": "ENABLED", "Targets": [ { "RetryPolicy": { "MaximumRetryAttempts": 0 } } ] }
            """);

    [Fact]
    public void A_wake_up_that_found_no_place_is_left_to_the_next_minute() =>
        stack.Has("AWS::Lambda::EventInvokeConfig", """
            { "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60 }
            """);

    [Fact]
    public void Its_log_is_kept_for_thirty_days_in_the_group_it_writes_to()
    {
        stack.Has("AWS::Logs::LogGroup", """
            { "RetentionInDays": 30 }
            """);
        Assert.Single(stack.Resources("AWS::Logs::LogGroup"));
        var group = Assert.Single(stack.Resources("AWS::Lambda::Function")).GetProperty("Properties").GetProperty("LoggingConfig").GetProperty("LogGroup");
        Assert.StartsWith("""{"Ref":"IngestLog""", Compact(group), StringComparison.Ordinal);
    }

    private static string Compact(System.Text.Json.JsonElement element) => System.Text.Json.JsonSerializer.Serialize(element);
}
