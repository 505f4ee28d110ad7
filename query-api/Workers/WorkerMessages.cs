using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Workers;

/// <summary>What a worker writes to its standard output, a line of JSON each. The server believes none of it but that it is this worker's.</summary>
[JsonDerivedType(typeof(WorkerIsReady), "ready")]
[JsonDerivedType(typeof(QuestionIsOver), "over")]
[JsonDerivedType(typeof(SnapshotWanted), "snapshot")]
[JsonDerivedType(typeof(RelationWanted), "relation")]
internal abstract record WorkerMessage;

/// <summary>It listens, and its engine is open.</summary>
internal sealed record WorkerIsReady : WorkerMessage;

/// <summary>Nothing of a question is left in it.</summary>
/// <param name="Spent">Whether the worker is to be replaced: its engine is broken, or memory was refused to it.</param>
internal sealed record QuestionIsOver(string Question, bool Spent) : WorkerMessage;

/// <summary>A question wants to hold another snapshot than the newest, which it has. The answer is a <see cref="SnapshotGiven"/>.</summary>
internal sealed record SnapshotWanted(string Question, string? Version, DateTimeOffset? AsOf) : WorkerMessage
{
    public static SnapshotWanted Of(string question, SnapshotChoice choice) => new(question, choice.Version?.ToString(), choice.AsOf);
}

/// <summary>A question wants the SELECT of a relation over one of the snapshots it has. The answer is a <see cref="RelationGiven"/>.</summary>
internal sealed record RelationWanted(string Question, string Version, string Relation, bool Keyed, IReadOnlyDictionary<string, ValueBounds> Bounds, ScanPosition? After) : WorkerMessage;

/// <summary>What the server writes to a worker's standard input in answer.</summary>
/// <param name="Refused">Why there is none: the question is over, or what was wanted does not exist. Null where there is one.</param>
[JsonDerivedType(typeof(SnapshotGiven), "snapshot")]
[JsonDerivedType(typeof(RelationGiven), "relation")]
internal abstract record ServerMessage(string? Refused);

/// <summary>A snapshot is held, until the question is over; or the one that is meant is not there (Version is null).</summary>
internal sealed record SnapshotGiven(string? Version = null, long BehindVersions = 0, TimeSpan Behind = default, string? Refused = null) : ServerMessage(Refused);

/// <summary>The SELECT, or which of the rows it would read are not on this machine.</summary>
internal sealed record RelationGiven(string? Sql = null, RowsNotHere? NotHere = null, string? Refused = null) : ServerMessage(Refused);

[JsonSerializable(typeof(WorkerMessage))]
[JsonSerializable(typeof(ServerMessage))]
internal sealed partial class WorkerJson : JsonSerializerContext
{
    /// <summary>SQL has many quotes, which are nothing special on a line of JSON.</summary>
    public static WorkerJson Relaxed { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
