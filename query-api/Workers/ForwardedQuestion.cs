using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;

namespace FlowLake.QueryApi.Workers;

/// <summary>What the server tells a worker beside the request itself, in a header that no client can send: requests reach a worker with the headers the server names, and no others.</summary>
/// <param name="Id">The question's id, by which the worker asks the server for snapshots. Nobody else knows it.</param>
/// <param name="RequestId">The request's id, for the log.</param>
/// <param name="Scheme">How the client reaches the server, for links in answers.</param>
/// <param name="Caller">The id of the key.</param>
/// <param name="Newest">The snapshot that is held for it already.</param>
/// <param name="Namespaces">The namespaces the caller may see, or null for all; a link to a further page is marked by them. Which rows are seen the server says where it gives the snapshot.</param>
internal sealed record ForwardedQuestion(string Id, string RequestId, string Scheme, string Caller, SnapshotGiven Newest, IReadOnlyList<string>? Namespaces, int RowsDefault, int RowsMax, long BytesMax)
{
    public const string Header = "FlowLake-Question";

    public static ForwardedQuestion Of(QuestionSnapshots question, string requestId, string scheme, Caller caller) =>
        new(question.Id, requestId, scheme, caller.Id, question.Newest, caller.Rows.Namespaces, caller.Limits.RowsDefault, caller.Limits.RowsMax, caller.Limits.BytesMax);

    /// <summary>Who asks, as far as it matters to an answer.</summary>
    [JsonIgnore]
    public Caller Asker => new(Caller, [], Namespaces is { } namespaces ? RowScope.Of(namespaces) : RowScope.All, new SqlLimits { RowsDefault = RowsDefault, RowsMax = RowsMax, BytesMax = BytesMax });

    public override string ToString() => JsonSerializer.Serialize(this, ForwardedQuestionJson.Default.ForwardedQuestion);

    public static ForwardedQuestion? Parse(string text) => text.Length == 0 ? null : JsonSerializer.Deserialize(text, ForwardedQuestionJson.Default.ForwardedQuestion);
}

// Written in ASCII, as a header has to be.
[JsonSerializable(typeof(ForwardedQuestion))]
internal sealed partial class ForwardedQuestionJson : JsonSerializerContext;
