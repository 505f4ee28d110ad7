using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FlowLake.QueryApi.Sql;

/// <summary>The forms an answer can have.</summary>
public enum SqlFormat
{
    /// <summary>An object with columns, rows as arrays, row_count and truncated.</summary>
    Json,

    /// <summary>An array of objects.</summary>
    Objects,

    /// <summary>An object a line (newline-delimited JSON).</summary>
    NdJson,

    /// <summary>A header and a line a row.</summary>
    Csv,

    /// <summary>A Parquet file.</summary>
    Parquet,
}

/// <summary>What the forms are called in requests and answers.</summary>
internal static class SqlFormats
{
    public const string Names = "json, objects, ndjson, csv and parquet";

    private static readonly (string MediaType, SqlFormat Format)[] Offered =
    [
        ("application/json", SqlFormat.Json),
        ("application/x-ndjson", SqlFormat.NdJson),
        ("application/ndjson", SqlFormat.NdJson),
        ("text/csv", SqlFormat.Csv),
        ("application/vnd.apache.parquet", SqlFormat.Parquet),
        ("application/x-parquet", SqlFormat.Parquet),
    ];

    /// <summary>The value of Content-Type.</summary>
    public static string ContentType(SqlFormat format) => format switch
    {
        SqlFormat.Csv => "text/csv;charset=utf-8;header=present",
        SqlFormat.NdJson => "application/x-ndjson;charset=utf-8",
        SqlFormat.Parquet => "application/vnd.apache.parquet",
        _ => "application/json;charset=utf-8",
    };

    /// <summary>The form of a name; null where there is no such form.</summary>
    public static SqlFormat? Named(string name) => Enum.TryParse<SqlFormat>(name, ignoreCase: true, out var format) && format.ToString().Equals(name, StringComparison.OrdinalIgnoreCase) ? format : null;

    /// <summary>The form that Accept likes best, JSON where there is no such header or anything will do; null where it takes none that is offered.</summary>
    public static SqlFormat? Accepted(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
            return SqlFormat.Json;
        return accepted.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1).Select(Of).FirstOrDefault(format => format is not null);
    }

    private static SqlFormat? Of(MediaTypeHeaderValue accepted)
    {
        foreach (var (mediaType, format) in Offered)
        {
            if (accepted.MatchesAllTypes || (accepted.MatchesAllSubTypes ? mediaType.StartsWith(accepted.Type.Value + "/", StringComparison.OrdinalIgnoreCase) : accepted.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)))
                return format;
        }

        return null;
    }
}
