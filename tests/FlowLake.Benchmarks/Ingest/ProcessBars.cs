using System.Diagnostics;
using System.Globalization;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>Several ingesting processes on one inbox of the S3 server, against one: with a share of the nodes each, and racing for the same files.</summary>
internal static class ProcessBars
{
    private const int Processes = 4;
    private const int Files = 200;
    private const int QuickFiles = 40;
    private const int RowsPerFile = 5_000;

    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        int files = quick ? QuickFiles : Files;
        string folder = Directory.CreateTempSubdirectory("flowlake-bench-").FullName;
        try
        {
            string made = Path.Combine(folder, "made");
            InboxGenerator.WriteAsync(made, files, files, RowsPerFile).GetAwaiter().GetResult();
            var one = RunAsync(made, folder, processes: 1).GetAwaiter().GetResult();
            var shared = RunAsync(made, folder, Processes, shares: true).GetAwaiter().GetResult();
            var racing = RunAsync(made, folder, Processes).GetAwaiter().GetResult();
            return [Result("each with its share of the nodes", shared), Result("racing for the same files", racing)];

            Bar Result(string how, (double Seconds, long Rows) run)
            {
                long rows = (long)files * RowsPerFile;
                return new Bar(
                    Text($"{Processes} ingesting processes on the S3 server, {how}, {files} inbox files of {RowsPerFile:N0} rows"),
                    "every row once",
                    Text($"one process, {rows / one.Seconds / 1e3:N0} k rows/s"),
                    Text($"{rows / run.Seconds / 1e3:N0} k rows/s, {one.Seconds / run.Seconds:P0}; {run.Rows:N0} rows"),
                    one.Rows == rows && run.Rows == rows);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, long Rows)> RunAsync(string made, string folder, int processes, bool shares = false)
    {
        using var server = new S3Server();
        using var store = ObjectStores.Open(server.Lake);
        using (var local = ObjectStores.Open(made))
        {
            await foreach (var file in local.ListAsync(InboxKey.Prefix))
                await store.UploadAsync(file.Key, local.LocalPath(file.Key)!);
        }

        long begin = Stopwatch.GetTimestamp();
        Process[] ingests = [.. Enumerable.Range(1, processes).Select(number => Process.Start(new ProcessStartInfo(
            "bin/flowlake",
            ["ingest", "--lake", server.Lake, "--work-folder", Path.Combine(folder, "work"), "--share", shares ? Text($"{number}/{processes}") : "1/1"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!)];
        foreach (var ingest in ingests)
        {
            using (ingest)
            {
                var output = ingest.StandardOutput.ReadToEndAsync();
                string error = await ingest.StandardError.ReadToEndAsync();
                await output;
                await ingest.WaitForExitAsync();
                if (ingest.ExitCode != 0)
                    throw new InvalidOperationException($"ingest ended with {ingest.ExitCode}: {error}");
            }
        }

        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var snapshot = await new TableLog(store, FlowColumns.Table, TimeProvider.System).LoadAsync();
        return (seconds, snapshot.Files.Values.Sum(add => FileStatistics.RowCount(add.Stats) ?? throw new InvalidOperationException($"{add.Path} does not say how many rows it has")));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
