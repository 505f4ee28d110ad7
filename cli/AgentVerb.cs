using System.CommandLine;
using FlowLake.Agent;

namespace FlowLake.Cli;

/// <summary><c>flowlake agent</c>: records the flows of a node and ships them.</summary>
internal static class AgentVerb
{
    public static Command Create()
    {
        var node = new Option<string>("--node") { Description = "Name of the node, as the directory knows it. Default: $NODE_NAME, else the host's name.", HelpName = "NAME", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("NODE_NAME") ?? Environment.MachineName };
        var lake = CommonOptions.Lake();
        lake.Required = false;
        var directory = new Option<string?>("--directory") { Description = "JSON file with nodes, pods and Services; read again when it changes. Default: the API server, in a pod of a cluster.", HelpName = "FILE" };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Read the API server of this file's current context, for an agent outside of a pod. Tokens and client certificates; no exec plugins.", HelpName = "FILE" };
        var cidrTable = new Option<string?>("--cidr-table") { Description = "JSON file {\"networks\": [{\"cidr\", \"zone\", \"zoneId\", \"name\"}]}: where addresses outside of the cluster stand. Read at start.", HelpName = "FILE" };
        var cluster = new Option<string?>("--cluster") { Description = "Name of the cluster. Default: the directory's.", HelpName = "NAME" };
        var region = new Option<string?>("--region") { Description = "Cloud region. Default: the directory's.", HelpName = "NAME" };
        var cgroupRoot = new Option<string?>("--cgroup-root") { Description = "Watch only this cgroup v2 folder and what is below it. Default: the whole node.", HelpName = "DIR" };
        var bpffs = new Option<string>("--bpffs") { Description = "Where the BPF file system is mounted.", HelpName = "DIR", DefaultValueFactory = _ => "/sys/fs/bpf" };
        var spool = new Option<string?>("--spool") { Description = "Where windows wait for the store. Default: /var/lib/flowlake/agent/NODE.", HelpName = "DIR" };
        var spoolBytes = new Option<long>("--spool-bytes") { Description = "Most bytes in the spool; beyond it the oldest windows go, and coverage says so.", HelpName = "N", DefaultValueFactory = _ => 256L << 20 };
        var rows = new Option<int>("--rows-max") { Description = "Most rows of a window that keep their names; the rest is folded by zones and protocol, sums kept.", HelpName = "N", DefaultValueFactory = _ => 20_000 };
        var flows = new Option<int>("--flow-capacity") { Description = "Flows the kernel holds between two windows, 64 to 1048576; beyond it detail is folded by cgroup, and coverage says so.", HelpName = "N", DefaultValueFactory = _ => 16_384 };
        var window = CommonOptions.Duration("--window", "Length of one window, 10s to 10m. Default: 60s.");
        var upload = CommonOptions.Duration("--upload-interval", "How often windows are uploaded, one window to 1h. Default: each window by itself.");
        var metricsListen = new Option<string?>("--metrics-listen") { Description = "Answer /metrics, /healthz and /readyz here, such as 127.0.0.1:9464. Default: nowhere.", HelpName = "ADDRESS:PORT" };
        var included = new Option<string[]>("--namespace-include") { Description = "Observe only pods of this namespace; may be given again. The annotation flowlake.io/observe wins. Default: all.", HelpName = "NAME" };
        var excluded = new Option<string[]>("--namespace-exclude") { Description = "Do not observe pods of this namespace; may be given again. The annotation flowlake.io/observe wins.", HelpName = "NAME" };
        var noUdp = new Option<bool>("--no-udp") { Description = "Do not count UDP and other protocols; then no program sees a packet." };
        var noDns = new Option<bool>("--no-dns") { Description = "Do not follow DNS queries (names, response codes, latencies). So without UDP." };
        var keep = new Option<bool>("--keep-counting") { Description = "Leave the kernel half counting at a clean exit, for the agent that starts next." };
        var remove = new Option<bool>("--remove") { Description = "Remove what an agent of this node left in the kernel, and exit. The spool stays." };
        var command = new Command("agent", "Records the flows of one node, or of a cgroup subtree, and ships them to a lake.")
        {
            node, lake, directory, kubeconfig, cidrTable, cluster, region, cgroupRoot, bpffs, spool, spoolBytes, window, upload, rows, flows, noUdp, noDns, keep, remove,
            metricsListen, included, excluded,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new AgentOptions
            {
                Node = parsed.GetValue(node)!,
                Lake = parsed.GetValue(lake) ?? "",
                DirectoryFile = parsed.GetValue(directory),
                Kubeconfig = parsed.GetValue(kubeconfig),
                CidrTable = parsed.GetValue(cidrTable),
                Cluster = parsed.GetValue(cluster),
                Region = parsed.GetValue(region),
                CgroupRoot = parsed.GetValue(cgroupRoot),
                BpfFileSystem = parsed.GetValue(bpffs)!,
                SpoolFolder = parsed.GetValue(spool),
                SpoolBytesMax = parsed.GetValue(spoolBytes),
                MetricsListen = parsed.GetValue(metricsListen),
                Window = parsed.GetValue(window) ?? TimeSpan.FromSeconds(60),
                UploadInterval = parsed.GetValue(upload),
                RowsMax = parsed.GetValue(rows),
                FlowCapacity = parsed.GetValue(flows),
                Udp = !parsed.GetValue(noUdp),
                NamespacesIncluded = [.. parsed.GetValue(included) ?? []],
                NamespacesExcluded = [.. parsed.GetValue(excluded) ?? []],
                Dns = !parsed.GetValue(noDns),
                KeepCounting = parsed.GetValue(keep),
            };
            if (parsed.GetValue(remove))
            {
                Console.WriteLine(AgentService.Remove(options) ? $"Removed the kernel half of {options.Node}." : $"Nothing of {options.Node} was in the kernel.");
                return CommandLine.Done;
            }

            await AgentService.RunAsync(options, cancellationToken);
            return CommandLine.Done;
        });
        return command;
    }
}
