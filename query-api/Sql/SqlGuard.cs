using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>Decides whether a stranger's statement may be prepared: parsed by the engine, which binds nothing yet, and walked by <see cref="SqlTreeWalker"/>.</summary>
internal static partial class SqlGuard
{
    /// <summary>Longest statement in bytes of UTF-8. Beyond some hundred thousand, parsing alone takes seconds.</summary>
    public const int SqlBytesMax = 64 << 10;

    /// <summary>UNION, EXCEPT and INTERSECT in one statement. The engine's parser takes the cube of their number in time: 900 took fifteen seconds, which nothing interrupts.</summary>
    public const int SetOperationsMax = 128;

    /// <summary>Deepest nesting of the tree, which has two or three levels for each of the statement's.</summary>
    private const int DepthMax = 1_000;

    /// <summary>Whether the statement is one SELECT over the relations with nothing in it that is not allowed.</summary>
    /// <param name="connection">Any connection to the engine, which parses.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="checkedTree">The engine's tree of it, where it is not refused.</param>
    /// <returns>Null, or why it is refused.</returns>
    public static SqlRefusal? Check(DuckConnection connection, string sql, out JsonElement checkedTree)
    {
        JsonElement tree = default;
        var refusal = Refusal(connection, sql, root =>
        {
            new SqlTreeWalker(name => FlowRelations.Find(name) is not null).Walk(root);
            SqlExpansion.Check(root);
            tree = root.Clone();
        });
        checkedTree = tree;
        return refusal;
    }

    /// <summary>Whether a statement that was made here, but as large as a stranger wished, is of a bearable size.</summary>
    public static SqlRefusal? CheckSize(DuckConnection connection, string sql) => Refusal(connection, sql, SqlExpansion.Check);

    private static SqlRefusal? Refusal(DuckConnection connection, string sql, Action<JsonElement> check)
    {
        if (sql.Contains('\0', StringComparison.Ordinal))
            return new SqlRefusal("a statement cannot hold a zero byte");
        if (Encoding.UTF8.GetByteCount(sql) is var bytes && bytes > SqlBytesMax)
            return new SqlRefusal($"the statement has {bytes} bytes; {SqlBytesMax} are allowed");
        // Before the parser has it, so within texts and comments too.
        if (SetOperation().Count(sql) > SetOperationsMax)
            return new SqlRefusal($"more than {SetOperationsMax} times UNION, EXCEPT or INTERSECT in one statement");
        try
        {
            using var tree = JsonDocument.Parse(connection.Scalar<string>("SELECT json_serialize_sql(CAST($1 AS VARCHAR))", sql), new JsonDocumentOptions { MaxDepth = DepthMax });
            if (tree.RootElement.GetProperty("error").GetBoolean())
                return OfParser(sql, tree.RootElement);
            check(tree.RootElement);
            return null;
        }
        catch (SqlRefusedException refused)
        {
            var (line, column) = refused.ByteOffset is { } offset ? SqlPlace.Of(sql, offset) : (null, null);
            return new SqlRefusal(refused.Message, line, column, refused.Hint);
        }
        catch (JsonException)
        {
            return new SqlRefusal("the statement is nested too deeply");
        }
        catch (DuckException exception) when (exception.ErrorType is DuckErrorType.Parser or DuckErrorType.Syntax or DuckErrorType.Binder or DuckErrorType.InvalidInput)
        {
            return SqlErrors.Refusal(exception, []);
        }
    }

    [GeneratedRegex("union|except|intersect", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SetOperation();

    private static SqlRefusal OfParser(string sql, JsonElement root)
    {
        var message = root.GetProperty("error_message").GetString()!;
        if (root.GetProperty("error_type").GetString() == "not implemented")
            return new SqlRefusal("only SELECT is allowed", Hint: message.Contains("parameters", StringComparison.Ordinal) ? message : null);
        var place = root.TryGetProperty("position", out var position) && ulong.TryParse(position.GetString(), out var offset) ? SqlPlace.Of(sql, offset) : (null, null);
        return new SqlRefusal(message, place.Item1, place.Item2);
    }
}
