using System.Text.RegularExpressions;
using FlowLake.Agent;
using FlowLake.Agent.Directory.Kubernetes;
using FlowLake.Tests.Cli;
using FlowLake.Tests.Tidy;
using Xunit;

namespace FlowLake.Tests.Infra.Kubernetes;

/// <summary>The manifests as a cluster gets them, held against the agent they start.</summary>
public sealed partial class ManifestTests
{
    private const string Agent = "flowlake-agent";

    private static readonly Manifests rendered = Manifests.Render("base");

    private static Yaml Pod => rendered.Only("DaemonSet")["spec"]["template"]["spec"];

    private static Yaml Container => Assert.Single(Pod["containers"].Items);

    private static string MountedAt(string name) => Container["volumeMounts"].Items.Single(mount => mount["name"].Text == name)["mountPath"].Text!;

    [Fact]
    public void The_role_allows_exactly_what_the_agent_asks_for()
    {
        var allowed =
            from rule in rendered.Only("ClusterRole")["rules"].Items
            from apiGroup in rule["apiGroups"].Texts
            from resource in rule["resources"].Texts
            from verb in rule["verbs"].Texts
            select (apiGroup, resource, verb);
        var asked =
            from kind in ResourceKind.All
            from verb in (string[])["list", "watch"]
            select (ApiGroup: kind.Path.Split('/') is ["", "apis", var apiGroup, ..] ? apiGroup : "", kind.Name, verb);

        Assert.Equal(asked.Order(), allowed.Order());
    }

    [Fact]
    public void The_role_is_the_agents_and_nobody_elses()
    {
        var binding = rendered.Only("ClusterRoleBinding");
        var subject = Assert.Single(binding["subjects"].Items);
        Assert.Equal(("ServiceAccount", Agent, "flowlake"), (subject["kind"].Text, subject["name"].Text, subject["namespace"].Text));
        Assert.Equal(("ClusterRole", rendered.Only("ClusterRole")["metadata"]["name"].Text), (binding["roleRef"]["kind"].Text, binding["roleRef"]["name"].Text));
        Assert.Equal(Agent, rendered.Only("ServiceAccount")["metadata"]["name"].Text);
        Assert.Equal(Agent, Pod["serviceAccountName"].Text);
    }

    [Fact]
    public void Agents_can_be_found_by_their_label()
    {
        var set = rendered.Only("DaemonSet");
        Assert.Equal(Agent, set["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"].Text);
        Assert.Equal(Agent, set["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"].Text);
        Assert.True(Container["readinessProbe"].Exists);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("eks")]
    public async Task The_command_line_is_one_the_agent_takes(string folder)
    {
        var manifests = Manifests.Render(folder);
        var container = Assert.Single(manifests.Only("DaemonSet")["spec"]["template"]["spec"]["containers"].Items);
        var values = manifests.Only("ConfigMap")["data"];
        var environment = values.Names.ToDictionary(name => name, name => values[name].Text!);
        environment["NODE_NAME"] = "ip-10-0-0-1.eu-west-1.compute.internal";
        environment["POD_IP"] = "10.0.0.7";
        string[] arguments = [.. container["args"].Texts.Select(text => Variable().Replace(text, match => environment[match.Groups[1].Value]))];

        var run = await FlowLakeProgram.RunAsync([.. arguments, "--lake", environment["FLOWLAKE_LAKE"], "--node", environment["NODE_NAME"]]);

        // All that is wrong with the options is said at once; the one thing here is that this is no pod of a cluster.
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("directory: none", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n'), line => line.StartsWith("  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_option_it_names_is_explained()
    {
        var help = (await FlowLakeProgram.RunAsync(["agent", "--help"])).Output;
        Assert.All(Container["args"].Texts.Skip(1), text => Assert.Contains(text.Split('=')[0], help, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_the_node_and_of_the_pods_address_come_from_the_cluster()
    {
        var fields = Container["env"].Items.ToDictionary(item => item["name"].Text!, item => item["valueFrom"]["fieldRef"]["fieldPath"].Text);
        Assert.Equal("spec.nodeName", fields["NODE_NAME"]);
        Assert.Equal("status.podIP", fields["POD_IP"]);
        Assert.Equal("flowlake-agent", Assert.Single(Container["envFrom"].Items)["configMapRef"]["name"].Text);
    }

    [Fact]
    public void Every_folder_of_the_node_that_the_agent_opens_is_mounted()
    {
        var opened =
            from file in Checkout.Files
            where file.IsIn("agent") && file.HasExtension(".cs")
            from Match match in NodePath().Matches(file.Text)
            select match.Groups[1].Value;
        var mounts = Container["volumeMounts"].Items.Select(mount => mount["mountPath"].Text!).ToArray();
        // The cluster mounts the service account itself.
        Assert.All(opened.Where(path => !path.StartsWith("/var/run/secrets/", StringComparison.Ordinal)), path => Assert.Contains(mounts, mount => path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal)));
        Assert.Equal(new AgentOptions { Node = "n", Lake = "l" }.BpfFileSystem, MountedAt("bpf"));
        Assert.Equal(Path.GetDirectoryName(new AgentOptions { Node = "n", Lake = "l" }.SpoolPath), MountedAt("spool"));
        Assert.All(Pod["volumes"].Items.Where(volume => volume["hostPath"].Exists), volume => Assert.Equal(volume["hostPath"]["path"].Text, MountedAt(volume["name"].Text!)));
    }

    [Fact]
    public void It_has_of_roots_powers_only_those_it_needs()
    {
        var security = Container["securityContext"];
        Assert.Equal(["ALL"], security["capabilities"]["drop"].Texts);
        Assert.Equal(["BPF", "NET_ADMIN", "PERFMON"], security["capabilities"]["add"].Texts.Order(StringComparer.Ordinal));
        Assert.Equal(("false", "false", "true"), (security["privileged"].Text, security["allowPrivilegeEscalation"].Text, security["readOnlyRootFilesystem"].Text));
        Assert.Equal("RuntimeDefault", security["seccompProfile"]["type"].Text);
        Assert.Equal(("true", "false", "system-node-critical"), (Pod["hostPID"].Text, Pod["hostNetwork"].Text, Pod["priorityClassName"].Text));
        Assert.True(Container["resources"]["limits"]["memory"].Exists);
    }

    [Fact]
    public void It_runs_on_every_node_and_an_update_keeps_counting()
    {
        var toleration = Assert.Single(Pod["tolerations"].Items);
        Assert.Equal(["operator"], toleration.Names);
        Assert.Equal("Exists", toleration["operator"].Text);
        Assert.Contains("--keep-counting", Container["args"].Texts);
        Assert.Equal("RollingUpdate", rendered.Only("DaemonSet")["spec"]["updateStrategy"]["type"].Text);
        Assert.True(int.Parse(Pod["terminationGracePeriodSeconds"].Text!, null) > 2 * AgentService.LastUploads.TotalSeconds);
    }

    [Fact]
    public void Probes_ask_where_the_agent_answers()
    {
        var port = Assert.Single(Container["ports"].Items);
        Assert.Contains($"--metrics-listen=[$(POD_IP)]:{port["containerPort"].Text}", Container["args"].Texts);
        Assert.Equal(
            ["/healthz", "/healthz", "/readyz"],
            ((string[])["startupProbe", "livenessProbe", "readinessProbe"]).Select(probe => Container[probe]["httpGet"]).Select(get => (get["port"].Text == port["name"].Text ? get["path"].Text : "another port")!));
    }

    [Fact]
    public void The_overlay_for_eks_changes_names_only()
    {
        var eks = Manifests.Render("eks");
        Assert.Equal(rendered.Objects.Select(item => item["kind"].Text), eks.Objects.Select(item => item["kind"].Text));
        Assert.StartsWith("arn:aws:iam::", eks.Only("ServiceAccount")["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].Text, StringComparison.Ordinal);
        Assert.Equal(rendered.Only("ConfigMap")["data"].Names, eks.Only("ConfigMap")["data"].Names);
        Assert.DoesNotContain(eks.Only("ConfigMap")["data"].Names, name => eks.Only("ConfigMap")["data"][name].Text == rendered.Only("ConfigMap")["data"][name].Text);
        Assert.EndsWith("/flowlake:0.1.0", eks.Only("DaemonSet")["spec"]["template"]["spec"]["containers"].Items[0]["image"].Text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex("""
        "(/(?:sys|var)/[^"]*)"
        """)]
    private static partial Regex NodePath();
}
