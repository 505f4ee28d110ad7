namespace FlowLake.QueryApi.Hosting;

/// <summary>How a line of the log is written.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>A JSON object a line, with the request's id.</summary>
    Json,
}
