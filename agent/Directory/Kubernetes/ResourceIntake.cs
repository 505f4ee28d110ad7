using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>
/// Takes the JSON of one kind's objects, those of a list and the events of a watch, into the model, and knows up to which version. No I/O; one watch's.
/// </summary>
/// <param name="kind">The kind.</param>
/// <param name="model">What it feeds.</param>
/// <param name="names">Where names that come again are kept.</param>
/// <param name="counters">Where it counts.</param>
internal sealed class ResourceIntake(ResourceKind kind, ClusterModel model, NamePool names, WatchCounters counters)
{
    private readonly ObjectDraft draft = new(names);
    private readonly TextBuffer version = new();

    /// <summary>The version up to which everything was taken; null where the kind has to be listed first.</summary>
    public string? Version => version.IsEmpty ? null : version.ToString();

    /// <summary>What is known may have a gap behind it: the kind has to be listed.</summary>
    public void Expire() => version.Clear();

    /// <summary>The first page of a list comes.</summary>
    public void BeginList() => model.BeginList(kind);

    /// <summary>Takes an object of a list. One that cannot be read is left out and counted.</summary>
    public void TakeItem(ReadOnlyMemory<byte> json)
    {
        if (TryRead(json.Span))
            model.Set(kind, draft);
    }

    /// <summary>The last page was taken.</summary>
    /// <param name="listVersion">The version of the list.</param>
    public void EndList(string listVersion)
    {
        model.EndList(kind);
        version.Set(listVersion);
        counters.Listed();
    }

    /// <summary>Takes an event. One that cannot be read is left out and counted.</summary>
    /// <exception cref="ApiRefusedException">The server ends the watch.</exception>
    public void TakeEvent(ReadOnlyMemory<byte> json)
    {
        WatchEvent happened;
        try
        {
            happened = WatchEvent.Read(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            counters.Skip();
            return;
        }

        counters.Happened();
        if (happened.Type == WatchEventType.Error)
            throw happened.ToRefusal();
        if (!TryRead(happened.Object.Span))
            return;
        if (happened.Type == WatchEventType.Set)
            model.Set(kind, draft);
        else if (happened.Type == WatchEventType.Deleted)
            model.Remove(kind, draft);
        if (!draft.Version.IsEmpty)
            version.Set(draft.Version.Text);
    }

    private bool TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            ObjectReader.Read(json, draft);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            counters.Skip();
            return false;
        }
    }
}
