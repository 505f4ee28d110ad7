using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>The feed against a real API server's recorded bytes.</summary>
public sealed class KubernetesFeedTests : IDisposable
{
    private static readonly DateTimeOffset always = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the recorded watch made the pod that has a deleted one's address.</summary>
    private static readonly DateTimeOffset recorded = new(2026, 11, 21, 2, 42, 5, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly PodDirectory directory = new("node-a");
    private readonly Dictionary<string, Queue<ReplayedAnswer>> scripted = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lists_name_pods_workloads_nodes_and_services()
    {
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        Assert.Equal(DirectoryOutcome.Loaded, feed.Poll());
        Assert.Equal(new PodEntry("app-client", "client-5d9c7b6f48-c0000", "node-a", "Deployment", "client") { Observe = true }, Holder("10.244.1.40"));
        Assert.Equal(Holder("10.244.1.40"), Holder("fd00:10:244:1::40"));
        Assert.Equal(new PodEntry("batch", "db-0", "node-a", "StatefulSet", "db"), Holder("10.244.1.60"));
        Assert.Equal(new PodEntry("batch", "report-29012340-zz9qk", "node-c", "CronJob", "report"), Holder("10.244.3.61"));
        Assert.Equal(new NodeEntry("node-b", "eu-west-1b", "euw1-az2"), Holder("10.0.2.10"));
        Assert.Equal(new NodeEntry("node-c", "eu-west-1c", "euw1-az3"), Holder("10.244.3.200"));
        Assert.Equal("eu-west-1", directory.Region);
        var service = Assert.IsType<ServiceEntry>(Holder("fd00:10:96::89fd"));
        Assert.Equal(("app-server", "server", 6), (service.Namespace, service.Name, service.Endpoints.Length));
        Assert.Equal([new ServicePort(80, 8080, FlowProtocol.Tcp)], service.Ports);
        Assert.Equal([service.Front], directory.ServicesOf(Clusters.Key("10.244.2.21"), always, DateTimeOffset.MaxValue));
        Assert.Equal(DirectoryOutcome.Unchanged, feed.Poll());
        Assert.Null(feed.Fault);
        Assert.Equal((ResourceKind.All.Length, 0, 0), (feed.Counters.Lists, feed.Counters.Skipped, feed.Counters.Failures));
    }

    [Fact]
    public async Task Lists_come_from_the_servers_memory_and_owners_as_metadata()
    {
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        Assert.All(ResourceKind.All, kind => Assert.Contains("resourceVersion=0", server.Targets(kind.Path).First(), StringComparison.Ordinal));
        Assert.Contains(server.Requests, head => head.Contains("replicasets", StringComparison.Ordinal) && head.Contains("as=PartialObjectMetadataList", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_make_the_same_state_as_one_list()
    {
        string[] addresses = ["10.244.1.40", "10.244.2.41", "10.244.3.45", "10.244.1.20", "10.244.3.25", "10.244.1.60", "10.244.3.61", "10.0.2.10", "10.96.173.134"];
        await using var whole = new ReplayServer(Answer);
        await using var wholeFeed = await StartAsync(whole);
        wholeFeed.Poll();
        var expected = addresses.Select(Holder).ToArray();

        Script("pods", new("list-pods-page-1.http"), new("list-pods-page-2.http"), new("list-pods-page-3.http"));
        await using var paged = new ReplayServer(Answer);
        var paging = new PodDirectory("node-a");
        await using var feed = new KubernetesFeed(new ApiServerAccess(paged.Address), paging, TimeProvider.System);
        await feed.StartAsync(TestContext.Current.CancellationToken);
        feed.Poll();

        Assert.All(expected, Assert.NotNull);
        Assert.Equal(expected, addresses.Select(address => paging.HolderOf(Clusters.Key(address), always, DateTimeOffset.MaxValue)));
        Assert.Equal(2, paged.Targets("/api/v1/pods").Count(target => target.Contains("&continue=eyJ2", StringComparison.Ordinal) && !target.Contains("resourceVersion", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_expired_continue_lists_anew_from_the_newest_state()
    {
        Script("pods", new("list-pods-page-1.http"), new("list-continue-expired.http"), new("list-pods.http"));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);
        feed.Poll();

        Assert.NotNull(Holder("10.244.1.60"));
        Assert.Equal(1, feed.Counters.Expired);
        var anew = server.Targets("/api/v1/pods").Where(target => !target.Contains("watch", StringComparison.Ordinal)).ElementAt(2);
        Assert.DoesNotContain("resourceVersion", anew, StringComparison.Ordinal);
        Assert.DoesNotContain("continue", anew, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_changes_hands_in_a_watch_is_each_pods_at_its_time()
    {
        // Watches end at once until the lists were read.
        var isStarting = true;
        await using var server = new ReplayServer(target => target.Contains("/pods?watch", StringComparison.Ordinal) && isStarting ? new ReplayedAnswer(null) : Answer(target));
        Script("pods?watch", new ReplayedAnswer("watch-pods.http", AnswerEnd.Open));
        await using var feed = await StartAsync(server);
        feed.Poll();
        var before = Holder("10.244.2.41");
        isStarting = false;

        await feed.UntilAsync(() => Now("10.244.2.41") is PodEntry { Name: "client-5d9c7b6f48-n0001" });

        Assert.Equal("client-5d9c7b6f48-c0001", Assert.IsType<PodEntry>(before).Name);
        Assert.Equal(before, directory.HolderOf(Clusters.Key("10.244.2.41"), recorded.AddSeconds(-30), recorded.AddSeconds(-1)));
        // Within one minute, and both by the API server's own times: who came last has the window that both were in.
        Assert.Equal("client-5d9c7b6f48-n0001", Assert.IsType<PodEntry>(directory.HolderOf(Clusters.Key("10.244.2.41"), recorded.AddSeconds(-30), recorded.AddSeconds(30))).Name);
        await feed.UntilAsync(() => Now("10.244.3.61") is NodeEntry);
        Assert.Equal(0, feed.Counters.Skipped);
    }

    [Fact]
    public async Task A_watch_that_ends_goes_on_from_the_last_bookmark()
    {
        Script("pods?watch", new ReplayedAnswer("watch-pods.http"));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        await feed.UntilAsync(() => server.Targets("/api/v1/pods").Any(target => target.EndsWith("resourceVersion=305", StringComparison.Ordinal)));

        Assert.Contains(server.Targets("/api/v1/pods"), target => target.Contains("allowWatchBookmarks=true", StringComparison.Ordinal) && target.EndsWith("resourceVersion=280", StringComparison.Ordinal));
        Assert.Equal((ResourceKind.All.Length, 0), (feed.Counters.Lists, feed.Counters.Expired));
    }

    [Fact]
    public async Task A_connection_cut_within_an_event_goes_on_from_the_last_whole_one()
    {
        Script("pods?watch", new("watch-pods.http", AnswerEnd.Cut), new("watch-pods.http", AnswerEnd.Open));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        await feed.UntilAsync(() => feed.Poll() != DirectoryOutcome.Broken && Now("10.244.3.61") is NodeEntry && feed.Fault is null);

        var watches = server.Targets("/api/v1/pods").Where(target => target.Contains("watch", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, watches.Length);
        Assert.EndsWith("resourceVersion=290", watches[1], StringComparison.Ordinal);
        Assert.Equal(1, feed.Counters.Failures);
    }

    [Fact]
    public async Task A_version_too_old_to_watch_lists_anew()
    {
        Script("pods?watch", new ReplayedAnswer("watch-gone.http"));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        await feed.UntilAsync(() => feed.Counters.Lists == ResourceKind.All.Length + 1);

        Assert.Equal(1, feed.Counters.Expired);
        Assert.Null(feed.Fault);
    }

    [Fact]
    public async Task A_kind_that_is_denied_is_said_and_done_without()
    {
        Script("services", new ReplayedAnswer("forbidden-services.http"));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        Assert.Equal(DirectoryOutcome.Loaded, feed.Poll());
        Assert.IsType<PodEntry>(Holder("10.244.1.40"));
        Assert.Null(Holder("10.96.173.134"));
        Assert.Contains("cannot list resource \"services\"", feed.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_nodes_the_pods_still_name_their_nodes_and_zones()
    {
        Script("nodes", new ReplayedAnswer("forbidden-services.http"));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);
        feed.Poll();

        Assert.Equal(new NodeEntry("node-b", "eu-west-1b", null), directory.Node("node-b"));
    }

    [Fact]
    public async Task A_rotated_token_is_used_from_the_next_request_on()
    {
        File.WriteAllText(folder["token"], "old\n");
        await using var server = new ReplayServer(target =>
        {
            if (!target.StartsWith("/api/v1/nodes?limit", StringComparison.Ordinal) || File.ReadAllText(folder["token"]) == "new")
                return Answer(target);
            File.WriteAllText(folder["token"], "new");
            return new ReplayedAnswer("unauthorized.http");
        });
        await using var feed = await StartAsync(server, folder["token"]);

        var nodes = server.Requests.Where(head => head.StartsWith("GET /api/v1/nodes?limit", StringComparison.Ordinal)).ToArray();
        Assert.Contains("Authorization: Bearer old\r\n", nodes[0], StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer new\r\n", nodes[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nodes_zone_follows_its_label()
    {
        Script("nodes?watch", new ReplayedAnswer("watch-nodes.http", AnswerEnd.Cut));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        // Cut before the label changes back.
        await feed.UntilAsync(() => directory.Node("node-c")?.Zone == "eu-west-1d");
    }

    [Fact]
    public async Task Pods_of_this_node_have_their_cgroups_by_uid_and_keep_them_for_a_while_when_they_are_gone()
    {
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);
        feed.Poll();

        var pod = Assert.IsType<PodEntry>(Holder("10.244.1.40"));
        Assert.Contains(new PodCgroup(pod, null, "8d035ee72d2d43e58710c515dd19d4a0"), directory.LocalCgroups);
        Assert.All(directory.LocalCgroups, cgroup => Assert.Equal("node-a", cgroup.Pod.Node));

        directory.SetLocalCgroups([], TimeProvider.System.GetUtcNow());

        Assert.Contains(new PodCgroup(pod, null, "8d035ee72d2d43e58710c515dd19d4a0"), directory.LocalCgroups);
    }

    [Fact]
    public async Task Without_namespaces_their_annotations_decide_nothing_and_that_is_said()
    {
        Script("namespaces", new ReplayedAnswer("forbidden-services.http"));
        await using var server = new ReplayServer(Answer);
        await using var feed = await StartAsync(server);

        Assert.Equal(DirectoryOutcome.Loaded, feed.Poll());
        Assert.Null(Assert.IsType<PodEntry>(Holder("10.244.1.40")).Observe);
        Assert.Contains("allow the agent to list and watch namespaces", feed.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_believed_only_with_a_certificate_of_the_clusters_authority()
    {
        using var certificate = Certificate();
        using var other = Certificate();
        File.WriteAllText(folder["ca.crt"], other.ExportCertificatePem());
        await using var server = new ReplayServer(Answer, certificate);
        await using var feed = Feed(new ApiServerAccess(server.Address) { Authority = PemSource.OfFile(folder["ca.crt"]) });
        var starting = feed.StartAsync(TestContext.Current.CancellationToken);
        await feed.UntilAsync(() => feed.Counters.Failures >= ResourceKind.All.Length);
        Assert.Empty(server.Requests);
        Assert.NotNull(feed.Fault);

        // The authority rotates, and the file with it.
        File.WriteAllText(folder["ca.crt"], certificate.ExportCertificatePem());
        await starting;

        Assert.Equal(DirectoryOutcome.Loaded, feed.Poll());
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private KubernetesFeed Feed(ApiServerAccess access) => new(access, directory, TimeProvider.System);

    private async Task<KubernetesFeed> StartAsync(ReplayServer server, string? tokenFile = null)
    {
        var feed = Feed(new ApiServerAccess(server.Address) { Token = tokenFile is null ? null : PemSource.OfFile(tokenFile) });
        await feed.StartAsync(TestContext.Current.CancellationToken);
        return feed;
    }

    private AddressHolder? Holder(string address) => directory.HolderOf(Clusters.Key(address), always, DateTimeOffset.MaxValue);

    private AddressHolder? Now(string address)
    {
        var now = TimeProvider.System.GetUtcNow();
        return directory.HolderOf(Clusters.Key(address), now, now.AddSeconds(1));
    }

    /// <summary>The next answers to a list ("pods") or a watch ("pods?watch"), before the usual ones.</summary>
    private void Script(string what, params ReplayedAnswer[] answers)
    {
        lock (scripted)
            scripted[what] = new Queue<ReplayedAnswer>(answers);
    }

    private ReplayedAnswer Answer(string target)
    {
        var isWatch = target.Contains("?watch", StringComparison.Ordinal);
        var kind = target[..target.IndexOf('?', StringComparison.Ordinal)].Split('/')[^1];
        lock (scripted)
        {
            if (scripted.TryGetValue(isWatch ? kind + "?watch" : kind, out var answers) && answers.TryDequeue(out var next))
                return next;
        }

        return isWatch ? ReplayedAnswer.Silence : new ReplayedAnswer(kind == "replicasets" ? "list-replicasets-metadata-only.http" : $"list-{kind}.http");
    }
}
