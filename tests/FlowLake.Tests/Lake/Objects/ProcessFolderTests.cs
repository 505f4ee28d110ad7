using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>Folders of processes that start and end at the same moment, each taking the others for dead while they begin.</summary>
public sealed class ProcessFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Processes_that_begin_together_each_have_a_folder_under_a_lock_that_can_be_found_and_leave_nothing()
    {
        const int Runs = 4_000;
        string root = folder.File("work");
        Parallel.For(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var work = ProcessFolder.Open(root);
            Assert.True(Directory.Exists(work.Path));
            Assert.True(File.Exists(work.Path + ".lock"));
        });
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
    }
}
