using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FlowLake.Benchmarks.Query.Questions;
using FlowLake.Lake.Duck;

namespace FlowLake.Benchmarks.Query;

/// <summary>A big answer in JSON over HTTP, against the same statement's rows written by the same writer to nowhere, in this process.</summary>
internal static class JsonBars
{
    private const int Pairs = 9;
    private const int QuickPairs = 3;
    private const int RowsOfAnswer = 1_000_000;
    private const double LeastShare = 0.8;

    // Workers, of which there is one a core, take turns; each writes half as fast the first two times.
    private static readonly int warmings = 3 * Environment.ProcessorCount;

    // Texts, numbers, a time and nulls, as an export takes them.
    private const string Sql = """
        SELECT window_start, client_namespace, client_workload, client_pod, client_zone, server_namespace, server_workload, server_pod, server_zone, server_port, protocol, service_port,
            bytes_to_server, bytes_to_client, packets_to_server, packets_to_client, connections_opened, retransmits, srtt_us_sum, srtt_count, srtt_us_min
        FROM flows
        """;

    public static IReadOnlyList<Bar> Measure(bool quick) => [.. BenchmarkLake.Open(quick).Select(lake => Measure(lake, quick ? QuickPairs : Pairs))];

    private static Bar Measure(BenchmarkLake lake, int pairs)
    {
        using var engine = new PlainEngine(lake.Files(), fromRollups: true, QueryProcess.EngineBytes);
        using var server = QueryProcess.Start(lake.Folder);
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["sql"] = Sql, ["limit"] = RowsOfAnswer });
        var (served, plain) = (new List<double>(), new List<double>());
        var (bytes, rows) = (0L, 0L);
        for (var pair = -warmings; pair < pairs; pair++)
        {
            var ours = Seconds(() => bytes = Download(server.Address, body));
            var theirs = Seconds(() => rows = Write(engine.Connection));
            if (pair >= 0)
                (served, plain) = ([.. served, ours], [.. plain, theirs]);
        }

        var share = Spread.Of(plain.Zip(served, (theirs, ours) => theirs / ours));
        return new Bar(
            Text($"{rows:N0} rows of 21 columns in JSON over HTTP, {bytes >> 20:N0} MiB, {lake.Rows:N0} rows in the lake"), Text($"at least {LeastShare:P0} of the baseline's rows a second"),
            Text($"libduckdb in process and the same writer into nothing, {rows / Spread.Of(plain).Median / 1e3:N0} k rows/s"),
            Text($"{rows / Spread.Of(served).Median / 1e3:N0} k rows/s, {share.Median:P0} (median of {pairs} pairs, {share.Low:P0} to {share.High:P0})"), share.Median >= LeastShare);
    }

    // As little of a client as there can be: it runs on the same cores.
    private static long Download(Uri server, byte[] body)
    {
        using var client = new TcpClient(server.Host, server.Port);
        var socket = client.Client;
        socket.Send(Encoding.ASCII.GetBytes(Text($"POST /v1/sql HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n")));
        socket.Send(body);
        var (buffer, last, bytes) = (new byte[1 << 20], 0, 0L);
        while (socket.Receive(buffer) is > 0 and var read)
        {
            if (bytes == 0 && !buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200 "u8))
                throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, read));
            (last, bytes) = (read, bytes + read);
        }

        return buffer.AsSpan(0, last).EndsWith("\r\n0\r\n\r\n"u8) ? bytes : throw new InvalidOperationException("the answer was cut");
    }

    private static long Write(DuckConnection connection)
    {
        var output = new Nowhere();
        using var result = connection.Query($"{Sql} LIMIT {RowsOfAnswer}");
        return DuckJsonWriter.WriteAll(output, result);
    }

    private static double Seconds(Action deed)
    {
        var begin = Stopwatch.GetTimestamp();
        deed();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Takes bytes and forgets them.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        private byte[] buffer = new byte[1 << 16];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint);

        private byte[] Room(int sizeHint)
        {
            if (buffer.Length < sizeHint)
                buffer = new byte[sizeHint];
            return buffer;
        }
    }
}
