namespace FlowLake.Schemas.Inbox;

/// <summary>One agent incarnation: the source of one gapless sequence of inbox files.</summary>
/// <param name="Node">The node's name, any text.</param>
/// <param name="Incarnation">A UUIDv7 made with the agent's spool folder and kept in it.</param>
public readonly record struct StreamId(string Node, Guid Incarnation)
{
    /// <summary>The application id of the stream's <c>txn</c> actions: "node/incarnation", the node percent-encoded.</summary>
    public string AppId => $"{Segment}/{Incarnation:D}";

    // It is a segment of a key, and none of these two can be one.
    private string Segment => Node is "." or ".." ? Node.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(Node);
}
