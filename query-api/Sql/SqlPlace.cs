using System.Text;

namespace FlowLake.QueryApi.Sql;

/// <summary>From the engine's byte offsets to lines and columns.</summary>
internal static class SqlPlace
{
    /// <summary>Line and column, both from 1, of a byte offset in the statement's UTF-8; nulls where the offset lies outside, as the engine's "unknown" does.</summary>
    public static (int? Line, int? Column) Of(string sql, ulong byteOffset)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        if (byteOffset > (ulong)bytes.Length)
            return (null, null);
        var before = Encoding.UTF8.GetString(bytes.AsSpan(0, (int)byteOffset));
        var lineStart = before.LastIndexOf('\n') + 1;
        return (before.Count(character => character == '\n') + 1, before.Length - lineStart + 1);
    }
}
