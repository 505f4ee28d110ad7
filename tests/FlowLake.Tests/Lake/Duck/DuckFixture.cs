using FlowLake.Lake.Duck;

namespace FlowLake.Tests.Lake.Duck;

/// <summary>An engine in memory with one connection, made anew for each test.</summary>
public abstract class DuckFixture : IDisposable
{
    protected DuckFixture()
    {
        Database = DuckDatabase.Open(new DuckOptions { Threads = 2, MemoryLimitBytes = 1L << 30 });
        Connection = Database.Connect();
    }

    protected DuckDatabase Database { get; }

    protected DuckConnection Connection { get; }

    /// <summary>Removes what a test left outside the engine.</summary>
    protected virtual void CleanUp()
    {
    }

    public void Dispose()
    {
        Connection.Dispose();
        Database.Dispose();
        CleanUp();
        GC.SuppressFinalize(this);
    }
}
