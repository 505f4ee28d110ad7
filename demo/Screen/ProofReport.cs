using System.Globalization;
using FlowLake.Demo.Proof;
using FlowLake.Demo.Traffic;
using Spectre.Console;

namespace FlowLake.Demo.Screen;

/// <summary>The proof as people read it.</summary>
internal static class ProofReport
{
    /// <summary>Differences shown one by one; the rest is a number.</summary>
    private const int DifferencesMax = 20;

    /// <param name="screen">Where to.</param>
    /// <param name="result">The comparison.</param>
    /// <param name="witness">Who counted.</param>
    /// <param name="end">What was counted, what of it is lost, and what failed beside the comparison.</param>
    /// <param name="holds">Whether all of it holds, what is not in the comparison included.</param>
    /// <param name="coverage">What the agents say of completeness.</param>
    public static void Write(DemoScreen screen, ProofResult result, string witness, TrafficEnd end, bool holds, IReadOnlyList<string> coverage)
    {
        screen.Show(SummaryOf(result, witness));
        foreach (var difference in result.Differences.Take(DifferencesMax))
            screen.Warn(difference.ToString());
        if (result.Differences.Length > DifferencesMax)
            screen.Warn($"and {result.Differences.Length - DifferencesMax} more differences");
        foreach (var document in end.Counts.Documents.Where(document => document.Failed + document.DatagramsUnanswered + document.DatagramsDropped > 0))
            screen.Warn($"{document.Pod}: {document.Failed} connections broke, {document.DatagramsUnanswered} datagrams unanswered, {document.DatagramsDropped} dropped at its sockets");
        foreach (string pod in end.Counts.Lost)
            screen.Warn($"{pod} died during the demo, and what it had counted went with it: its pairs cannot be proven");
        foreach (string line in coverage)
            screen.Step($"Coverage: {line}");
        foreach (string failure in end.Failures)
            screen.Warn(failure);

        string numbers = string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Pairs.Length} pairs, {result.Differences.Length} differences, {result.Bytes:N0} bytes of payload in {result.Rows:N0} rows");
        if (result.Rows == 0)
            screen.Warn("The proof fails: no traffic was captured at all.");
        else if (holds)
            screen.Step($"The proof holds: {numbers}; both zones right on every row.");
        else
            screen.Warn($"The proof fails: {numbers}.");
    }

    private static Table SummaryOf(ProofResult result, string witness)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("protocol");
        foreach (string column in new[] { "pairs", "equal", $"to server: {witness}", "in the table", $"to client: {witness}", "in the table" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var protocol in result.Pairs.GroupBy(pair => pair.Pair.Protocol).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.AddRow(
                Markup.Escape(protocol.Key),
                Number(protocol.Count()),
                Number(protocol.Count(pair => pair.IsEqual)),
                Number(protocol.Sum(pair => pair.ByClient.ToServer)),
                Number(protocol.Sum(pair => pair.InTable.ToServer)),
                Number(protocol.Sum(pair => pair.ByClient.ToClient)),
                Number(protocol.Sum(pair => pair.InTable.ToClient)));
        }

        return table.Caption("bytes of payload");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
