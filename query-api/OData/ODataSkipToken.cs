using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.OData;

/// <summary>One value of the row a page ended with.</summary>
/// <param name="Type">Its type as SQL names it.</param>
/// <param name="Text">The value as text, or null.</param>
internal sealed record ODataKeyValue(string Type, string? Text);

/// <summary>Where a further page begins.</summary>
/// <param name="Version">The version of the lake the first page was of.</param>
/// <param name="Question">What <see cref="QuestionOf"/> gives for the request.</param>
/// <param name="Delivered">Rows of the pages before.</param>
/// <param name="Count">The number of all rows, where it was asked for.</param>
/// <param name="Last">The last row's values of the order's terms, those that tell it from its equals behind them.</param>
internal sealed record ODataSkipToken(string Version, string Question, long Delivered, long? Count, ImmutableArray<ODataKeyValue> Last)
{
    public SnapshotVersion Snapshot => SnapshotVersion.TryParse(Version, out var version) ? version : throw new InvalidOperationException($"a signed page is of no version: {Version}");

    /// <summary>A hash of what is asked, and of the rows that may be seen: a page of one question is none of another, and a number of rows that some may see is none for others.</summary>
    public static string QuestionOf(string entitySet, IReadOnlyDictionary<string, string> options, RowScope scope)
    {
        string[] parts =
        [
            entitySet,
            .. options.Where(option => option.Key is not ("$skiptoken" or "$format")).OrderBy(option => option.Key, StringComparer.Ordinal).SelectMany(option => new[] { option.Key, option.Value }),
            // No option is without a name: here they end.
            "",
            .. scope.Namespaces?.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>(),
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}")))).AsSpan(0, 12));
    }

    public string Write(ODataPageKey key) => key.Sign(JsonSerializer.SerializeToUtf8Bytes(this, ODataTokenJson.Default.ODataSkipToken));

    /// <exception cref="ODataFaultException">The text is no token of this key, or one of another question.</exception>
    public static ODataSkipToken Read(string text, ODataPageKey key, string question)
    {
        var token = JsonSerializer.Deserialize(key.Open(text), ODataTokenJson.Default.ODataSkipToken)!;
        return token.Question == question ? token : throw ODataFaultException.Bad("$skiptoken belongs to another question, or to a key that sees other rows: follow the @odata.nextLink as it is, with the options it has.");
    }
}

[JsonSerializable(typeof(ODataSkipToken))]
internal sealed partial class ODataTokenJson : JsonSerializerContext;
