using System.Globalization;
using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

/// <summary>One engine with its memory, threads and tables. Safe for use by many threads; each takes its own connection.</summary>
public sealed class DuckDatabase : IDisposable
{
    private readonly DuckDatabaseHandle handle;

    private DuckDatabase(DuckDatabaseHandle handle) => this.handle = handle;

    /// <summary>Version of the engine, as <c>v1.5.5</c>.</summary>
    public static string EngineVersion => LibDuck.Startup.LibraryVersion() ?? "";

    /// <summary>Opens the engine.</summary>
    /// <exception cref="DuckException">A setting is unknown or out of range, or the file cannot be opened.</exception>
    /// <exception cref="DllNotFoundException">libduckdb.so is not beside the program, or the machine lacks what it needs.</exception>
    public static DuckDatabase Open(DuckOptions? options = null)
    {
        options ??= new DuckOptions();
        using var config = CreateConfig();
        Configure(config, options);
        var path = DuckSql.Checked(options.Path ?? ":memory:", nameof(options));
        var state = LibDuck.Startup.Open(path, out var handle, config, out var error);
        var database = new DuckDatabase(handle);
        if (state != DuckState.Success)
        {
            database.Dispose();
            throw DuckErrors.FromMessage(error);
        }
        try
        {
            // The zone belongs to the engine's ICU part, which is there only once the database is open.
            using var connection = database.Connect();
            connection.Execute("SET GLOBAL TimeZone = 'UTC'");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A new connection; any number may work at the same time.</summary>
    public DuckConnection Connect()
    {
        if (LibDuck.Startup.Connect(handle, out var connection) == DuckState.Success)
            return new DuckConnection(connection);
        connection.Dispose();
        throw new DuckException(DuckErrorType.Connection, "The engine gave no connection: the database is closed or broken. Open it again.");
    }

    /// <summary>Closes the database once its last connection is closed too.</summary>
    public void Dispose() => handle.Dispose();

    private static DuckConfigHandle CreateConfig()
    {
        try
        {
            return LibDuck.Startup.CreateConfig(out var config) == DuckState.Success
                ? config
                : throw new DuckException(DuckErrorType.OutOfMemory, "The engine could not make a configuration.");
        }
        catch (DllNotFoundException missing)
        {
            throw new DllNotFoundException(
                $"libduckdb.so cannot be loaded from {AppContext.BaseDirectory}: build again, which brings it by npm; it needs glibc 2.25 or newer and libstdc++6.", missing);
        }
    }

    private static void Configure(DuckConfigHandle config, DuckOptions options)
    {
        if (options.Threads < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Threads, "Threads must be 1 or more, or null for one a core.");
        if (options.MemoryLimitBytes < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.MemoryLimitBytes, "MemoryLimitBytes must be 1 or more, or null.");
        foreach (var (name, value) in Settings(options))
        {
            if (LibDuck.Startup.SetConfig(config, DuckSql.Checked(name, nameof(options)), DuckSql.Checked(value, nameof(options))) != DuckState.Success)
                throw new DuckException(DuckErrorType.Settings, $"The engine refuses the setting {name} = '{value}': unknown name or wrong value.");
        }
    }

    private static IEnumerable<(string Name, string Value)> Settings(DuckOptions options)
    {
        foreach (var (name, value) in options.Settings)
            yield return (name, value);
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        yield return ("allow_community_extensions", "false");
        yield return ("allow_persistent_secrets", "false");
        yield return ("temp_directory", options.TempDirectory ?? "");
        if (options.ReadOnly)
            yield return ("access_mode", "READ_ONLY");
        if (options.Threads is { } threads)
            yield return ("threads", threads.ToString(CultureInfo.InvariantCulture));
        if (options.MemoryLimitBytes is { } bytes)
            yield return ("memory_limit", string.Create(CultureInfo.InvariantCulture, $"{bytes}B"));
    }
}
