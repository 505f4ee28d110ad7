using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.Agent.Bpf;
using FlowLake.Lake.Objects;

namespace FlowLake.Cli;

/// <summary><c>flowlake doctor</c>: checks what FlowLake needs of this machine and of a lake, and says what to do about each.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var lake = new Option<string?>("--lake")
        {
            Description = "Also check that this lake can be written, listed, read and cleaned.",
            HelpName = "DIR|s3://...",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FLOWLAKE_LAKE"),
        };
        var bpffs = new Option<string>("--bpffs") { Description = "Where the BPF file system is mounted.", HelpName = "DIR", DefaultValueFactory = _ => "/sys/fs/bpf" };
        var cgroupRoot = new Option<string?>("--cgroup-root") { Description = "The cgroup v2 folder an agent would watch. Default: the whole node.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "One JSON array of checks." };
        var command = new Command("doctor", "Checks kernel, BTF, cgroup v2, permissions and store, and says what to do about each.") { lake, bpffs, cgroupRoot, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var capture = new CaptureOptions
            {
                CgroupRoot = parsed.GetValue(cgroupRoot) ?? CgroupFileSystem.FindMount() ?? "/sys/fs/cgroup",
                PinName = "doctor",
                BpfFileSystem = parsed.GetValue(bpffs)!,
            };
            List<DoctorCheck> checks = [.. KernelRequirements.Check(capture).Select(needed => new DoctorCheck(needed.Name, needed.Ok, needed.Detail, needed.Remedy))];
            if (parsed.GetValue(lake) is { } name)
                checks.Add(await StoreCheck.RunAsync(name, cancellationToken));
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(checks, DoctorJsonContext.Default.ListDoctorCheck));
            else
                Show(checks);
            return checks.TrueForAll(check => check.Ok) ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    private static void Show(List<DoctorCheck> checks)
    {
        var width = checks.Max(check => check.Name.Length);
        foreach (var check in checks)
        {
            Console.WriteLine($"{(check.Ok ? "ok     " : "MISSING")}  {check.Name.PadRight(width)}  {check.Detail}");
            if (!check.Ok)
                Console.WriteLine($"         {new string(' ', width)}  -> {check.Remedy}");
        }

        Console.WriteLine(checks.TrueForAll(check => check.Ok) ? "FlowLake can capture and store here." : "FlowLake needs what is missing above.");
    }
}

/// <summary>One thing that was looked at.</summary>
internal sealed record DoctorCheck(string Name, bool Ok, string Detail, string Remedy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<DoctorCheck>))]
internal sealed partial class DoctorJsonContext : JsonSerializerContext;

/// <summary>Does to a lake what an agent and ingest will do, under a key of its own, and removes it.</summary>
internal static class StoreCheck
{
    private const string Remedy = "Check the address, the credentials of the AWS default chain (or the folder's owner), and the rights to put, list, get and delete.";

    public static async Task<DoctorCheck> RunAsync(string lake, CancellationToken cancellationToken)
    {
        var key = $"doctor/{Guid.NewGuid():N}";
        var step = "open";
        try
        {
            using var store = ObjectStores.Open(lake);
            step = "create";
            if (await store.PutIfAbsentAsync(key, "flowlake"u8.ToArray(), cancellationToken) is not PutOutcome.Created)
                return new DoctorCheck("store", false, $"{store.Location} did not say that it created {key}", Remedy);
            step = "create a second time";
            if (await store.PutIfAbsentAsync(key, "flowlake"u8.ToArray(), cancellationToken) is not PutOutcome.AlreadyExists)
                return new DoctorCheck("store", false, $"{store.Location} created {key} twice: put-if-absent is not honoured, so commits would overwrite each other", "Use a store that honours If-None-Match.");
            step = "read";
            if (await store.ReadAsync(key, cancellationToken) is not { Length: 8 })
                return new DoctorCheck("store", false, $"{store.Location}{key} reads differently from what was put", Remedy);
            step = "list";
            if (!await store.ListAsync(key, cancellationToken: cancellationToken).AnyAsync(cancellationToken))
                return new DoctorCheck("store", false, $"{store.Location}{key} is not listed", Remedy);
            step = "delete";
            await store.DeleteAsync([key], cancellationToken);
            return new DoctorCheck("store", true, $"{store.Location} creates once, reads, lists and deletes", "");
        }
#pragma warning disable CA1031 // Whatever goes wrong is the finding.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new DoctorCheck("store", false, $"{lake}: {step}: {exception.Message}", Remedy);
        }
    }
}
