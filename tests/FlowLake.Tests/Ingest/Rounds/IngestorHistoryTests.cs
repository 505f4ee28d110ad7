using FlowLake.Tests.Ingest.Rounds.Simulation;
using Xunit;

namespace FlowLake.Tests.Ingest.Rounds;

/// <summary>Thousands of histories, each from a seed, in which everything that can go wrong does.</summary>
public sealed class IngestorHistoryTests
{
    private const int Histories = 600;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_row_is_in_every_table_once_whatever_dies_or_lies(int series)
    {
        var (overtaken, deaths, givenUp, compactions, checkpoints, cleanUps) = (0, 0, 0, 0, 0, 0);
        // A thread of its own, for a history is one thread's from turn to turn and must not be sent elsewhere by a test runner's context.
        await Task.Factory.StartNew(
            () =>
            {
                for (var seed = series * Histories; seed < (series + 1) * Histories; seed++)
                {
                    var history = new History(seed);
                    try
                    {
                        history.Run();
                    }
                    catch (Exception exception)
                    {
                        throw new InvalidOperationException($"history of seed {seed}: {exception.Message}", exception);
                    }

                    overtaken += history.Mishaps.Overtaken;
                    deaths += history.Mishaps.Deaths;
                    givenUp += history.GivenUp;
                    compactions += history.Upkeep.Compactions;
                    checkpoints += history.Upkeep.Checkpoints;
                    cleanUps += history.Upkeep.CleanUps;
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.True(overtaken > Histories / 10, $"only {overtaken} rounds were overtaken: the histories are not hostile");
        Assert.True(deaths > Histories / 10, $"only {deaths} processes died: the histories are not hostile");
        Assert.True(givenUp > Histories / 10, $"only {givenUp} files were given up: hardly one was removed before it was taken");
        // A clean-up needs an old checkpoint first, which most histories are too short for.
        Assert.True(Math.Min(compactions, checkpoints) > Histories / 10 && cleanUps > Histories / 20, $"{compactions} compactions, {checkpoints} checkpoints, {cleanUps} clean-ups: upkeep was hardly at work");
    }
}
