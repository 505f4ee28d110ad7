using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckDatabaseTests
{
    [Fact]
    public void Engine_is_the_pinned_version() => Assert.Equal("v1.5.5", DuckDatabase.EngineVersion);

    [Fact]
    public void Options_reach_the_engine()
    {
        var folder = Directory.CreateTempSubdirectory("flowlake-duck-");
        using var database = DuckDatabase.Open(new DuckOptions
        {
            Threads = 3,
            MemoryLimitBytes = 256L << 20,
            TempDirectory = folder.FullName,
            Settings = new Dictionary<string, string> { ["preserve_insertion_order"] = "false" },
        });
        using var connection = database.Connect();
        string Setting(string name) => connection.Scalar<string>($"SELECT current_setting('{name}')::VARCHAR");
        Assert.Equal("3", Setting("threads"));
        Assert.Equal("256.0 MiB", Setting("memory_limit"));
        Assert.Equal(folder.FullName, Setting("temp_directory"));
        Assert.Equal("false", Setting("preserve_insertion_order"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Time_zone_is_UTC_and_nothing_is_loaded_from_outside_on_every_connection()
    {
        using var database = DuckDatabase.Open();
        for (var round = 0; round < 2; round++)
        {
            using var connection = database.Connect();
            string Setting(string name) => connection.Scalar<string>($"SELECT current_setting('{name}')::VARCHAR");
            Assert.Equal("UTC", Setting("TimeZone"));
            Assert.Equal("false", Setting("autoinstall_known_extensions"));
            Assert.Equal("false", Setting("autoload_known_extensions"));
            Assert.Equal("false", Setting("allow_community_extensions"));
            Assert.Equal("false", Setting("allow_persistent_secrets"));
            Assert.Equal("", Setting("temp_directory"));
        }
    }

    [Fact]
    public void Unknown_setting_is_named()
    {
        var error = Assert.Throws<DuckException>(() => DuckDatabase.Open(new DuckOptions { Settings = new Dictionary<string, string> { ["no_such_setting"] = "1" } }));
        Assert.Contains("no_such_setting", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_value_of_a_setting_is_named()
    {
        var error = Assert.Throws<DuckException>(() => DuckDatabase.Open(new DuckOptions { Settings = new Dictionary<string, string> { ["threads"] = "many" } }));
        Assert.Contains("threads", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_cannot_be_opened_is_named()
    {
        var error = Assert.Throws<DuckException>(() => DuckDatabase.Open(new DuckOptions { Path = "/no/such/folder/file.db" }));
        Assert.Equal(DuckErrorType.InputOutput, error.ErrorType);
        Assert.Contains("/no/such/folder/file.db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_keeps_what_was_written_and_read_only_refuses_to_write()
    {
        var folder = Directory.CreateTempSubdirectory("flowlake-duck-");
        var path = Path.Combine(folder.FullName, "kept.db");
        using (var database = DuckDatabase.Open(new DuckOptions { Path = path }))
        using (var connection = database.Connect())
            connection.Execute("CREATE TABLE kept AS SELECT 42 AS answer");
        using (var database = DuckDatabase.Open(new DuckOptions { Path = path, ReadOnly = true }))
        using (var connection = database.Connect())
        {
            Assert.Equal(42, connection.Scalar<int>("SELECT answer FROM kept"));
            Assert.Throws<DuckException>(() => connection.Execute("DELETE FROM kept"));
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Connection_outlives_the_database_object()
    {
        var database = DuckDatabase.Open();
        using var connection = database.Connect();
        database.Dispose();
        Assert.Equal(1, connection.Scalar<int>("SELECT 1"));
        Assert.Throws<ObjectDisposedException>(database.Connect);
    }
}
