using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class DeltaPathTests
{
    [Theory]
    [InlineData("a b", "zone=a%20b", "zone=a%2520b")]
    [InlineData("eu-west-1a", "zone=eu-west-1a", "zone=eu-west-1a")]
    [InlineData("50%/é=", "zone=50%25%2F%C3%A9%3D", "zone=50%2525%252F%25C3%25A9%253D")]
    [InlineData(null, "zone=__HIVE_DEFAULT_PARTITION__", "zone=__HIVE_DEFAULT_PARTITION__")]
    public void A_folder_is_encoded_once_as_a_key_and_once_more_in_the_log(string? value, string folder, string path)
    {
        Assert.Equal(folder, DeltaPath.PartitionFolder("zone", value));
        Assert.Equal($"date=2026-11-21/{path}/x.parquet", DeltaPath.Encode($"date=2026-11-21/{folder}/x.parquet"));
        Assert.Equal($"{folder}/x.parquet", DeltaPath.Decode($"{path}/x.parquet"));
    }

    [Theory]
    [InlineData("00000000000000000012.json", true, 12)]
    [InlineData("00000000000000000012.checkpoint.parquet", false, -1)]
    [InlineData("0000000000000000001x.json", false, -1)]
    [InlineData("_last_checkpoint", false, -1)]
    [InlineData("12.json", false, -1)]
    public void Only_a_commit_is_a_commit(string name, bool expected, long version)
    {
        Assert.Equal(expected, DeltaPath.TryParseCommitFile(name, out var parsed));
        if (expected)
            Assert.Equal((version, name), (parsed, DeltaPath.CommitFile(parsed)));
    }

    [Theory]
    [InlineData("00000000000000000012.checkpoint.parquet", true, 12)]
    [InlineData("00000000000000000012.checkpoint.0000000001.0000000002.parquet", false, -1)]
    [InlineData("00000000000000000012.json", false, -1)]
    [InlineData("0000000000000000001x.checkpoint.parquet", false, -1)]
    public void Only_a_whole_checkpoint_is_a_checkpoint(string name, bool expected, long version)
    {
        Assert.Equal(expected, DeltaPath.TryParseCheckpointFile(name, out var parsed));
        if (expected)
            Assert.Equal((version, name), (parsed, DeltaPath.CheckpointFile(parsed)));
    }
}
