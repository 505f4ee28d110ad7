using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>The engine, open to read some folders and nothing else. Nobody can change its settings once it is open.</summary>
internal sealed class LakeEngine : IDisposable
{
    private readonly DuckDatabase database;

    private LakeEngine(DuckDatabase database) => this.database = database;

    /// <param name="options">Its memory and threads.</param>
    /// <param name="folders">Folders it may read.</param>
    public static LakeEngine Open(DuckOptions options, IReadOnlyList<string> folders)
    {
        var database = DuckDatabase.Open(options);
        try
        {
            using var connection = database.Connect();
            EngineLock.Apply(connection, folders);
            return new LakeEngine(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public DuckConnection Connect() => database.Connect();

    public void Dispose() => database.Dispose();
}
