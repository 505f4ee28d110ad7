using Xunit;

namespace FlowLake.Tests.Infra;

[Collection(InfraCollection.Name)]
public sealed class IngestAlarmsTests(SynthesisedStack stack)
{
    [Fact]
    public void Failures_raise_an_alarm() =>
        stack.Has("AWS::CloudWatch::Alarm", """
            {
              "Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Threshold": 1,
              "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching"
            }
            """);

    [Fact]
    public void Ten_minutes_without_a_successful_run_raise_an_alarm_also_when_there_was_no_run_at_all()
    {
        stack.Has("AWS::CloudWatch::Alarm", """
            { "Threshold": 1, "ComparisonOperator": "LessThanThreshold", "EvaluationPeriods": 1, "TreatMissingData": "breaching" }
            """);
        var metrics = Alarms.Single(alarm => alarm.TryGetProperty("Metrics", out _)).GetProperty("Metrics").EnumerateArray().ToList();
        Assert.Equal("FILL(runs, 0) - FILL(errors, 0)", metrics.Single(metric => metric.TryGetProperty("Expression", out _)).GetProperty("Expression").GetString());
        var sums = metrics.Where(metric => metric.TryGetProperty("MetricStat", out _)).Select(metric => metric.GetProperty("MetricStat")).ToList();
        Assert.Equal(["Invocations", "Errors"], sums.Select(sum => sum.GetProperty("Metric").GetProperty("MetricName").GetString()));
        Assert.All(sums, sum => Assert.Equal((600, "Sum"), (sum.GetProperty("Period").GetInt32(), sum.GetProperty("Stat").GetString())));
    }

    [Fact]
    public void Every_alarm_is_told_to_the_topic()
    {
        stack.Template.ResourceCountIs("AWS::SNS::Topic", 1);
        Assert.Equal(2, Alarms.Count());
        Assert.All(Alarms, alarm => Assert.StartsWith("AlarmsTopic", Assert.Single(alarm.GetProperty("AlarmActions").EnumerateArray()).GetProperty("Ref").GetString(), StringComparison.Ordinal));
    }

    private IEnumerable<System.Text.Json.JsonElement> Alarms => stack.Resources("AWS::CloudWatch::Alarm").Select(alarm => alarm.GetProperty("Properties"));
}
