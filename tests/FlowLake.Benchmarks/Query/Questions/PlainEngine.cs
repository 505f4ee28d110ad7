using System.Buffers;
using System.Text.Json;
using FlowLake.Lake.Duck;

namespace FlowLake.Benchmarks.Query.Questions;

/// <summary>The engine in this process, as the query API opens it: what the query API's speed and answers are held against.</summary>
internal sealed class PlainEngine : IDisposable
{
    private readonly DuckDatabase database;
    private readonly DuckConnection connection;

    /// <param name="files">The files to read.</param>
    /// <param name="fromRollups">As <see cref="PlainRelations.Define"/>.</param>
    /// <param name="memoryLimitBytes">The engine's own memory.</param>
    public PlainEngine(PlainFiles files, bool fromRollups, long memoryLimitBytes)
    {
        database = DuckDatabase.Open(new DuckOptions { MemoryLimitBytes = memoryLimitBytes });
        connection = database.Connect();
        connection.Execute("SET GLOBAL parquet_metadata_cache = true");
        PlainRelations.Define(connection, files, fromRollups);
    }

    public DuckConnection Connection => connection;

    /// <summary>Prepares, binds and runs a question, and fetches all columns of its rows. Returns their number.</summary>
    public long Fetch(Question question, IReadOnlyDictionary<string, string> values)
    {
        var rows = 0L;
        using var statement = Prepare(question, values);
        using var result = statement.Query();
        while (result.Read())
            rows += result.RowCount;
        return rows;
    }

    /// <summary>The rows of the answer as the query API writes them in JSON.</summary>
    public string Rows(Question question, IReadOnlyDictionary<string, string> values)
    {
        using var statement = Prepare(question, values);
        using var result = statement.Query();
        var json = new ArrayBufferWriter<byte>();
        DuckJsonWriter.WriteAll(json, result);
        using var document = JsonDocument.Parse(json.WrittenMemory);
        return document.RootElement.GetRawText();
    }

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    private DuckStatement Prepare(Question question, IReadOnlyDictionary<string, string> values)
    {
        var statement = connection.Prepare(question.Sql);
        for (var index = 1; index <= statement.ParameterCount; index++)
            statement.Bind(index, values[statement.ParameterName(index)]);
        return statement;
    }
}
