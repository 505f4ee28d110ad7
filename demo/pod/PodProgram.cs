using System.Runtime.InteropServices;
using System.Text.Json;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Pod;

/// <summary>The program of every pod: <c>flowlake-pod server|client document.json</c>, until SIGTERM or SIGINT.</summary>
public static class PodProgram
{
    /// <summary>Runs one pod to its graceful end and writes its counts.</summary>
    /// <returns>0 after a graceful stop; 2 where the arguments are wrong.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments is not ["server" or "client", var documentPath])
        {
            await Console.Error.WriteLineAsync("usage: flowlake-pod server|client DOCUMENT.json");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var terminate = StopOn(PosixSignal.SIGTERM, stop);
        using var interrupt = StopOn(PosixSignal.SIGINT, stop);

        byte[] document = await File.ReadAllBytesAsync(documentPath);
        if (arguments[0] == "server")
        {
            var server = JsonSerializer.Deserialize(document, PodJson.Default.ServerDocument)!;
            var counts = await new PodServer(server, TimeProvider.System, Log).RunAsync(stop.Token);
            await CountsFile.WriteAsync(server.CountsFile, counts);
        }
        else
        {
            var client = JsonSerializer.Deserialize(document, PodJson.Default.ClientDocument)!;
            var counts = await new PodClient(client, TimeProvider.System, Log).RunAsync(stop.Token);
            await CountsFile.WriteAsync(client.CountsFile, counts);
        }

        return 0;
    }

    private static void Log(string line) => Console.Out.WriteLine(line);

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
}
