using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.SNS;
using Constructs;

namespace FlowLake.Infra;

/// <summary>Says when ingest fails, and when it has stopped without failing.</summary>
public sealed class IngestAlarms : Construct
{
    public IngestAlarms(Construct scope, string id, IngestFunction ingest)
        : base(scope, id)
    {
        Topic = new Topic(this, "Topic", new TopicProps { DisplayName = "FlowLake alarms" });
        var tell = new SnsAction(Topic);

        var failing = new Alarm(this, "Failing", new AlarmProps
        {
            AlarmDescription = "FlowLake's ingest failed in two of three five-minute spans. One failure mends itself at the next minute; its log says why this does not.",
            Metric = ingest.Function.MetricErrors(new MetricOptions { Period = Duration.Minutes(5), Statistic = "Sum" }),
            Threshold = 1,
            ComparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            EvaluationPeriods = 3,
            DatapointsToAlarm = 2,
            TreatMissingData = TreatMissingData.NOT_BREACHING,
        });

        var still = new Alarm(this, "Still", new AlarmProps
        {
            AlarmDescription = "FlowLake's ingest has not succeeded once in ten minutes. Agents keep what they have, then the inbox; nothing is lost yet, and nothing new is seen.",
            Metric = new MathExpression(new MathExpressionProps
            {
                Label = "successful runs",
                Expression = "FILL(runs, 0) - FILL(errors, 0)",
                UsingMetrics = new Dictionary<string, IMetric>
                {
                    ["runs"] = ingest.Function.MetricInvocations(new MetricOptions { Statistic = "Sum" }),
                    ["errors"] = ingest.Function.MetricErrors(new MetricOptions { Statistic = "Sum" }),
                },
                Period = Duration.Minutes(10),
            }),
            Threshold = 1,
            ComparisonOperator = ComparisonOperator.LESS_THAN_THRESHOLD,
            EvaluationPeriods = 1,
            // No run leaves no number at all.
            TreatMissingData = TreatMissingData.BREACHING,
        });

        failing.AddAlarmAction(tell);
        still.AddAlarmAction(tell);
        still.AddOkAction(tell);
    }

    /// <summary>Where both are told; nobody is subscribed to begin with.</summary>
    public Topic Topic { get; }
}
