using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>The text of a commit: one action a line, as JSON.</summary>
public static class DeltaJson
{
    /// <summary>Writes a commit's content.</summary>
    public static byte[] Write(IEnumerable<DeltaAction> actions)
    {
        using var content = new MemoryStream();
        foreach (var action in actions)
        {
            JsonSerializer.Serialize(content, Line.Of(action), DeltaJsonContext.Default.Line);
            content.WriteByte((byte)'\n');
        }

        return content.ToArray();
    }

    /// <summary>Reads a commit's content. Actions of kinds FlowLake does not use are passed over, as the protocol asks.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="place">The object's name, for messages.</param>
    /// <exception cref="DeltaLogException">A line is no JSON object or lacks what its action must have.</exception>
    public static ImmutableArray<DeltaAction> Read(ReadOnlySpan<byte> content, string place)
    {
        var actions = ImmutableArray.CreateBuilder<DeltaAction>();
        for (var number = 1; !content.IsEmpty; number++)
        {
            if (ReadLine(ref content, number, place) is { } action)
                actions.Add(action);
        }

        return actions.DrainToImmutable();
    }

    /// <summary>Reads who made a commit and when, and no line behind that: it stands first in ours, and a commit of many files is long. Null where it does not say.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="place">The object's name, for messages.</param>
    /// <exception cref="DeltaLogException">A line up to there is no JSON object or lacks what its action must have.</exception>
    public static CommitInfoAction? ReadCommitInfo(ReadOnlySpan<byte> content, string place)
    {
        for (var number = 1; !content.IsEmpty; number++)
        {
            if (ReadLine(ref content, number, place) is CommitInfoAction commitInfo)
                return commitInfo;
        }

        return null;
    }

    // Takes the line from what is left. Null where it is empty or of a kind that is passed over.
    private static DeltaAction? ReadLine(ref ReadOnlySpan<byte> content, int number, string place)
    {
        var end = content.IndexOf((byte)'\n');
        var text = end < 0 ? content : content[..end];
        content = end < 0 ? default : content[(end + 1)..];
        if (text.Trim(" \r\t"u8).IsEmpty)
            return null;
        try
        {
            return JsonSerializer.Deserialize(text, DeltaJsonContext.Default.Line)?.Action;
        }
        catch (JsonException exception)
        {
            throw new DeltaLogException($"{place}, line {number}: {exception.Message} The line begins: {Encoding.UTF8.GetString(text[..Math.Min(text.Length, 80)])}", exception);
        }
    }
}

/// <summary>A line of a commit: exactly one member is set.</summary>
internal sealed record Line
{
    public CommitInfoAction? CommitInfo { get; init; }

    public ProtocolAction? Protocol { get; init; }

    [JsonPropertyName("metaData")]
    public MetadataLine? Metadata { get; init; }

    public TransactionAction? Txn { get; init; }

    public AddAction? Add { get; init; }

    public RemoveAction? Remove { get; init; }

    [JsonIgnore]
    public DeltaAction? Action => (DeltaAction?)CommitInfo ?? Protocol ?? Metadata?.Action ?? Txn ?? (DeltaAction?)Add ?? Remove;

    public static Line Of(DeltaAction action) => action switch
    {
        CommitInfoAction commitInfo => new Line { CommitInfo = commitInfo },
        ProtocolAction protocol => new Line { Protocol = protocol },
        MetadataAction metadata => new Line { Metadata = MetadataLine.Of(metadata) },
        TransactionAction transaction => new Line { Txn = transaction },
        AddAction add => new Line { Add = add },
        RemoveAction remove => new Line { Remove = remove },
        _ => throw new ArgumentException($"no line for {action.GetType().Name}", nameof(action)),
    };
}

/// <summary>The shape of metaData in the log, which carries the format of the data files as an object of its own.</summary>
internal sealed record MetadataLine(
    string Id,
    string? Name,
    string? Description,
    FormatLine Format,
    string SchemaString,
    ImmutableArray<string> PartitionColumns,
    ImmutableSortedDictionary<string, string>? Configuration,
    long? CreatedTime)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }

    [JsonIgnore]
    public MetadataAction Action => new(Id, Name, SchemaString, PartitionColumns, Configuration ?? ImmutableSortedDictionary<string, string>.Empty, CreatedTime)
    {
        Description = Description,
        FormatOptions = Format.Options ?? ImmutableSortedDictionary<string, string>.Empty,
        UnknownFields = UnknownFields,
    };

    public static MetadataLine Of(MetadataAction metadata) => new(
        metadata.Id,
        metadata.Name,
        metadata.Description,
        new FormatLine("parquet", metadata.FormatOptions),
        metadata.SchemaString,
        metadata.PartitionColumns,
        metadata.Configuration,
        metadata.CreatedTime)
    { UnknownFields = metadata.UnknownFields };
}

internal sealed record FormatLine(string Provider, ImmutableSortedDictionary<string, string>? Options);

// Null partition values must be written, so nothing is left out inside dictionaries; null members are left out.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(Line))]
internal sealed partial class DeltaJsonContext : JsonSerializerContext;
