using System.CommandLine;
using System.Globalization;

namespace FlowLake.Cli;

/// <summary>Options more than one verb has.</summary>
internal static class CommonOptions
{
    /// <summary>Where the lake is. Environment variable FLOWLAKE_LAKE when not given.</summary>
    public static Option<string> Lake() => new("--lake")
    {
        Description = "The lake: a directory, or s3://bucket/prefix?region=R (&endpoint=URL for other S3 servers). Default: $FLOWLAKE_LAKE.",
        HelpName = "DIR|s3://...",
        Required = Environment.GetEnvironmentVariable("FLOWLAKE_LAKE") is null,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FLOWLAKE_LAKE") ?? "",
    };

    /// <summary>Where copies of a remote lake's files are.</summary>
    public static Option<string> CacheFolder(string description) => new("--cache-folder") { Description = description, HelpName = "DIR" };

    /// <summary>How much of a remote lake is copied.</summary>
    public static Option<long?> ReplicaBytes(string description)
    {
        var option = new Option<long?>("--replica-bytes") { Description = description + " Default: 100 GB, or half of the free disk where that is less.", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<long?>() < 0)
                result.AddError($"--replica-bytes {result.Tokens[0].Value}: it begins at 0.");
        });
        return option;
    }

    /// <summary>A length of time written like <c>10s</c>, <c>5m</c>, <c>1h</c> or <c>90</c> (seconds).</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "10s|5m|1h",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (TryParseDuration(text) is { } duration)
                return duration;
            result.AddError($"{name} {text}: not a length of time; write it like 10s, 5m or 1h.");
            return null;
        },
    };

    /// <summary>The length of time a text names, or null when it names none.</summary>
    internal static TimeSpan? TryParseDuration(string text)
    {
        var (digits, unit) = text switch
        {
            [.. var head, 's'] => (head, 1),
            [.. var head, 'm'] => (head, 60),
            [.. var head, 'h'] => (head, 3600),
            _ => (text, 1),
        };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 1_000_000
            ? TimeSpan.FromSeconds((long)count * unit)
            : null;
    }
}
