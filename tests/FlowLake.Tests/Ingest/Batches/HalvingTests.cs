using FlowLake.Ingest.Batches;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Ingest.Batches;

public sealed class HalvingTests
{
    private static readonly LocalFile[] files = [.. Enumerable.Range(1, 64).Select(sequence => new LocalFile(new InboxKey(new StreamId("node-a", Guid.Empty), sequence), $"{sequence}", $"/{sequence}"))];

    [Theory]
    [InlineData]
    [InlineData(1L)]
    [InlineData(64L)]
    [InlineData(3L, 4L, 40L)]
    public void Every_bad_file_is_found_and_every_good_one_is_tried_once_with_success(params long[] bad)
    {
        var (blamed, done, attempts) = (new List<long>(), new List<long>(), 0);
        Halving.Run(
            files,
            part =>
            {
                attempts++;
                if (part.Any(file => bad.Contains(file.Key.Sequence)))
                    throw new DuckException(DuckErrorType.InvalidInput, "bad");
                done.AddRange(part.Select(file => file.Key.Sequence));
            },
            (file, _) => blamed.Add(file.Key.Sequence));
        Assert.Equal(bad, blamed);
        Assert.Equal(files.Select(file => file.Key.Sequence).Except(bad), done);
        Assert.True(attempts <= 1 + (bad.Length * 14), $"{attempts} attempts");
    }

    [Fact]
    public void What_passes_by_is_no_files_fault()
    {
        var attempts = 0;
        Halving.Run(
            files[..1],
            _ =>
            {
                if (attempts++ == 0)
                    throw new DuckException(DuckErrorType.InputOutput, "too many open files");
            },
            (_, exception) => Assert.Fail(exception.Message));
        Assert.Equal(2, attempts);
    }

    [Fact]
    public void A_stop_is_no_files_fault() =>
        Assert.Throws<DuckException>(() => Halving.Run(files, _ => throw new DuckException(DuckErrorType.Interrupt, "stopped"), (_, _) => { }));

    [Fact]
    public void A_path_is_no_pattern() => Assert.Equal("/a[[]1]/[*][?].parquet", new LocalFile(default, "", "/a[1]/*?.parquet").Pattern);
}
