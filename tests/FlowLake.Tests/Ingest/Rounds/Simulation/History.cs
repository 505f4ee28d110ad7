using System.Text;
using FlowLake.Ingest.Inbox;
using FlowLake.Ingest.Maintenance;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>
/// One history: agents that put files, two ingests and two maintainers that die and come again, readers, and a network that does what it likes. Then the weather
/// clears and a month passes, all of it twice. In the end one ingest drains the inbox, every line must stand in every table once, and after a vacuum no file be left over.
/// </summary>
internal sealed class History
{
    private readonly int seed;
    private readonly Dictionary<InboxKey, string> sent = [];
    private readonly HashSet<InboxKey> removed = [];
    private int agentsAtWork;

    public History(int seed)
    {
        this.seed = seed;
        Turns = new Turns(new Random(seed));
    }

    public Turns Turns { get; }

    public SortedDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>When each object was put.</summary>
    public Dictionary<string, DateTimeOffset> PutAt { get; } = new(StringComparer.Ordinal);

    public bool Hostile { get; private set; }

    /// <summary>Rounds given up because another ingest was faster, and processes that died: to see that histories are hostile indeed.</summary>
    public (int Overtaken, int Deaths) Mishaps { get; private set; }

    /// <summary>Files of compactions in the tables, checkpoints in the logs, and logs whose beginning was cleaned up: to see that upkeep was at work.</summary>
    public (int Compactions, int Checkpoints, int CleanUps) Upkeep { get; private set; }

    /// <summary>Files somebody removed and ingest gave up.</summary>
    public int GivenUp { get; private set; }

    public bool Chance(int oneIn) => Turns.Random.Next(oneIn) == 0;

    public void Put(string key, byte[] content)
    {
        Objects[key] = content;
        PutAt[key] = Turns.Now;
    }

    public bool TryPut(string key, byte[] content)
    {
        if (Objects.ContainsKey(key))
            return false;
        Put(key, content);
        return true;
    }

    public void Run()
    {
        for (var part = 0; part < 2; part++)
        {
            RunHostile();
            // Longer than tombstones, versions and unnamed files are kept.
            Turns.Sleep(TimeSpan.FromDays(31));
        }

        Finish(DrainAsync());
        foreach (var table in LakeTables.All)
            Finish(VacuumAsync(table));
        Check();
    }

    private void RunHostile()
    {
        Hostile = true;
        Task[] agents = [.. Enumerable.Range(0, 1 + Turns.Random.Next(3)).Select(_ => AgentAsync(1 + Turns.Random.Next(6)))];
        agentsAtWork = agents.Length;
        Task[] others = [IngestAsync(), IngestAsync(), MaintainAsync(), MaintainAsync(), ReadAsync()];
        Finish(Task.WhenAll([.. agents, .. others]));

        Hostile = false;
        while (Turns.Take())
        {
            // What was under way and forgotten by everybody takes its effect, late as it is.
        }
    }

    private void Finish(Task work)
    {
        while (!work.IsCompleted)
            Assert.True(Turns.Take(), $"seed {seed}: everybody waits for nothing");
        work.GetAwaiter().GetResult();
    }

    private async Task AgentAsync(int files)
    {
        await Turns.NextAsync();
        var stream = new StreamId($"node {Turns.Random.Next(3)}", Guid.NewGuid());
        for (var sequence = 1L; sequence <= files; sequence++)
        {
            var key = new InboxKey(stream, sequence);
            var line = Chance(8) ? SimulatedBuilder.BadFile : (Chance(8) ? SimulatedBuilder.Doubtful : "") + key.Key;
            foreach (var table in SideObject.Tables.Where(_ => Chance(3)))
                line += SimulatedBuilder.SideMark + table.Name;
            sent[key] = line;
            foreach (var side in SimulatedBuilder.SidesOf(key, line))
                await PutUntilAcknowledgedAsync(side.Key, line);
            await PutUntilAcknowledgedAsync(key.Key, line);
            // Somebody deletes what is none of theirs. Not a stream's last file, behind which nothing would show that it was there.
            if (sequence < files && Chance(12) && Objects.Remove(key.Key))
                removed.Add(key);
        }

        agentsAtWork--;
    }

    private async Task PutUntilAcknowledgedAsync(string key, string line)
    {
        while (true)
        {
            try
            {
                await new SimulatedClient(this).PutAsync(key, Encoding.UTF8.GetBytes(line));
                return;
            }
            catch (Exception exception) when (exception is IOException or ProcessDeath)
            {
                // The agent puts the same file under the same number again, in this life or the next.
            }
        }
    }

    private async Task IngestAsync()
    {
        while (agentsAtWork > 0 || Chance(2))
        {
            await Turns.NextAsync();
            var (listing, ingestor) = Process();
            try
            {
                for (var round = 0; round < 8; round++)
                {
                    var (totals, _) = await ingestor.RunAsync(await listing.NextAsync(default), default);
                    Mishaps = Mishaps with { Overtaken = Mishaps.Overtaken + totals.Overtaken };
                }
            }
            catch (ProcessDeath)
            {
                Mishaps = Mishaps with { Deaths = Mishaps.Deaths + 1 };
            }
            catch (IOException)
            {
                // The follower pauses and goes on; here a new one does.
            }
        }
    }

    private async Task MaintainAsync()
    {
        while (agentsAtWork > 0 || Chance(2))
        {
            await Turns.NextAsync();
            var client = new SimulatedClient(this);
            var maintenance = new SimulatedMaintenance(client, Log(client, LakeTables.All[Turns.Random.Next(LakeTables.All.Length)]), new TurnClock(Turns), Turns.Random);
            try
            {
                for (var run = 0; run < 6; run++)
                    await maintenance.RunAsync();
            }
            catch (ProcessDeath)
            {
                Mishaps = Mishaps with { Deaths = Mishaps.Deaths + 1 };
            }
            catch (IOException)
            {
                // The next run goes on.
            }
        }
    }

    // Whoever reads, at any moment, finds every file of the version and no line twice.
    private async Task ReadAsync()
    {
        while (agentsAtWork > 0)
        {
            await Turns.NextAsync();
            var client = new SimulatedClient(this);
            var table = LakeTables.All[Turns.Random.Next(LakeTables.All.Length)];
            try
            {
                var lines = Lines(table.Name, await Log(client, table).LoadAsync());
                Assert.Equal(lines.Distinct(), lines);
            }
            catch (Exception exception) when (exception is IOException or ProcessDeath)
            {
                // Another reader comes.
            }
        }
    }

    private async Task VacuumAsync(TableDefinition table)
    {
        var client = new SimulatedClient(this);
        var clock = new TurnClock(Turns);
        var target = new MaintenanceTarget(client, Log(client, table), clock, DryRun: false);
        await new VacuumTask(TimeSpan.FromHours(2)).RunAsync(target, default);
        var (named, stored) = (target.Snapshot.Files.Keys.Select(path => $"{table.Name}/{DeltaPath.Decode(path)}"), Objects.Keys.Where(key => key.StartsWith(table.Name + "/", StringComparison.Ordinal) && !key.Contains(DeltaPath.LogFolder, StringComparison.Ordinal)));
        Assert.Equal(named.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
    }

    private TableLog Log(SimulatedClient client, TableDefinition table) => new(client, table, new TurnClock(Turns), new SimulatedCheckpoints(client));

    private async Task DrainAsync()
    {
        var (listing, ingestor) = Process();
        var moved = true;
        while (moved)
        {
            moved = false;
            InboxPage page;
            do
            {
                page = await listing.NextAsync(default);
                var (totals, _) = await ingestor.RunAsync(page, default);
                Assert.Equal(0, totals.Overtaken);
                moved |= totals.Moved;
            }
            while (!page.IsLast);
        }
    }

    private (InboxListing Listing, Ingestor Ingestor) Process()
    {
        var client = new SimulatedClient(this);
        var clock = new TurnClock(Turns);
        var ingestor = new Ingestor(client, [.. LakeTables.All.Select(table => Log(client, table))], new SimulatedBuilder(client, takesDoubtful: Chance(2)), clock, TextWriter.Null);
        return (new InboxListing(client, 1 + Turns.Random.Next(8), bytesMax: long.MaxValue), ingestor);
    }

    private void Check()
    {
        Assert.DoesNotContain(Objects.Keys, key => key.StartsWith(InboxKey.Prefix, StringComparison.Ordinal));
        var (flows, said) = (Lines("flows"), Lines("coverage"));
        var coverage = said.Where(line => !line.StartsWith(SimulatedBuilder.GapMark, StringComparison.Ordinal)).ToList();
        CheckRemoved(flows, coverage, said);
        var expected = sent.Where(file => !removed.Contains(file.Key)).Select(file => file.Value).Where(line => !IsBad(line) && !IsDoubtful(line)).Order(StringComparer.Ordinal);
        var taken = removed.Select(file => sent[file]).ToHashSet();
        Assert.Equal(expected, flows.Where(line => !IsDoubtful(line) && !taken.Contains(line)));
        Assert.Equal(expected, coverage.Where(line => !IsDoubtful(line) && !taken.Contains(line)));

        // A doubtful file is taken once or not at all, then it is in quarantine; and no later table takes what the first one did not.
        Assert.Equal(flows.Where(IsDoubtful).Distinct(), flows.Where(IsDoubtful));
        Assert.Equal(coverage.Where(IsDoubtful).Distinct(), coverage.Where(IsDoubtful));
        Assert.Subset(flows.ToHashSet(), coverage.ToHashSet());
        Assert.All(sent.Where(file => !removed.Contains(file.Key) && IsDoubtful(file.Value) && !coverage.Contains(file.Value)), file => Assert.Contains(Quarantine.KeyOf(file.Key), Objects.Keys));
        foreach (var (key, line) in sent.Where(file => IsBad(file.Value) && !removed.Contains(file.Key)))
        {
            Assert.Equal(line, Encoding.UTF8.GetString(Objects[Quarantine.KeyOf(key)]));
            Assert.Contains("it is bad", Encoding.UTF8.GetString(Objects[Quarantine.ReasonKeyOf(key)]), StringComparison.Ordinal);
        }

        // Not one that was only looked for after another ingest had passed and deleted it.
        Assert.DoesNotContain(Objects, stored => stored.Key.StartsWith(Quarantine.Prefix, StringComparison.Ordinal) && Encoding.UTF8.GetString(stored.Value).Contains("not there", StringComparison.Ordinal));
        foreach (var table in SideObject.Tables)
            CheckSides(table.Name, coverage);
    }

    // A file somebody removed was taken before, or is in a gap, and never both; each table has what the ones before it have, or less.
    private void CheckRemoved(List<string> flows, List<string> coverage, List<string> said)
    {
        var gaps = said.Except(coverage).SelectMany(line =>
        {
            var words = line.Split(' ');
            return Enumerable.Range(int.Parse(words[2]) + 1, int.Parse(words[3]) - int.Parse(words[2]) - 1).Select(sequence => (words[1], (long)sequence));
        }).ToList();
        GivenUp += gaps.Count;
        Assert.Equal(gaps.Distinct(), gaps);
        Assert.Subset(removed.Select(file => (file.Stream.AppId, file.Sequence)).ToHashSet(), gaps.ToHashSet());
        foreach (var file in removed)
        {
            var (inFlows, inCoverage, isGivenUp) = (flows.Count(line => line == sent[file]), coverage.Count(line => line == sent[file]), gaps.Contains((file.Stream.AppId, file.Sequence)));
            Assert.InRange(inFlows, inCoverage, 1);
            Assert.True(inCoverage + (isGivenUp ? 1 : 0) == 1 || (!isGivenUp && Objects.ContainsKey(Quarantine.KeyOf(file))), $"{sent[file]}: {inFlows} in flows, {inCoverage} in coverage, given up: {isGivenUp}");
        }
    }

    // A side object has its file's line, so that it is known by it.
    private void CheckSides(string table, List<string> coverage)
    {
        var lines = Lines(table);
        var taken = removed.Select(file => sent[file]).ToHashSet();
        Assert.Equal(
            sent.Values.Where(line => !taken.Contains(line) && !IsBad(line) && !IsDoubtful(line) && IsNamed(line)).Order(StringComparer.Ordinal),
            lines.Where(line => !taken.Contains(line) && !IsDoubtful(line)));
        Assert.Equal(lines.Where(IsDoubtful).Distinct(), lines.Where(IsDoubtful));
        Assert.Subset(coverage.ToHashSet(), lines.ToHashSet());
        Assert.All(sent.Where(file => !removed.Contains(file.Key) && IsBad(file.Value) && IsNamed(file.Value)), file => Assert.Equal(file.Value, Encoding.UTF8.GetString(Objects[Quarantine.Prefix + new SideObject(file.Key, table).Key])));

        bool IsNamed(string line) => line.Contains(SimulatedBuilder.SideMark + table, StringComparison.Ordinal);
    }

    private static bool IsBad(string line) => line.StartsWith(SimulatedBuilder.BadFile, StringComparison.Ordinal);

    private static bool IsDoubtful(string line) => line.StartsWith(SimulatedBuilder.Doubtful, StringComparison.Ordinal);

    private List<string> Lines(string table)
    {
        var client = new SimulatedClient(this);
        var load = Log(client, LakeTables.All.Single(definition => definition.Name == table)).LoadAsync();
        Finish(load);
        var snapshot = load.Result;
        CompareWithReplay(table, snapshot);
        return Lines(table, snapshot);
    }

    // Where every commit is still there, they and the checkpoints have to say the same.
    private void CompareWithReplay(string table, TableSnapshot snapshot)
    {
        var replayed = TableSnapshot.Empty;
        while (Objects.TryGetValue($"{table}/{DeltaPath.LogFolder}{DeltaPath.CommitFile(replayed.Version + 1)}", out var commit))
            replayed = replayed.Apply(replayed.Version + 1, DeltaJson.Read(commit, "commit"));
        var checkpoints = Objects.Keys.Count(key => key.StartsWith($"{table}/", StringComparison.Ordinal) && key.EndsWith(".checkpoint.parquet", StringComparison.Ordinal));
        Upkeep = (Upkeep.Compactions + snapshot.Files.Keys.Count(path => path.Contains("/compacted-", StringComparison.Ordinal)), Upkeep.Checkpoints + checkpoints, Upkeep.CleanUps + (replayed.Exists ? 0 : 1));
        if (!replayed.Exists)
            return;
        Assert.Equal((replayed.Version, replayed.CommittedAt), (snapshot.Version, snapshot.CommittedAt));
        Assert.Equal(replayed.Files.Keys, snapshot.Files.Keys);
        Assert.Equal(replayed.Transactions.Values, snapshot.Transactions.Values);
        Assert.Subset(replayed.Tombstones.Keys.ToHashSet(), snapshot.Tombstones.Keys.ToHashSet());
    }

    private List<string> Lines(string table, TableSnapshot snapshot) =>
        [.. snapshot.Files.Keys.SelectMany(path => Encoding.UTF8.GetString(Objects[$"{table}/{DeltaPath.Decode(path)}"]).Split('\n')).Order(StringComparer.Ordinal)];
}
