using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FlowLake.QueryApi.Access;

namespace FlowLake.Cli;

/// <summary><c>flowlake key create</c>: makes a key, and shows it this once.</summary>
internal static class KeyCreateVerb
{
    public static Command Create()
    {
        var keys = KeyVerb.Keys();
        var name = new Option<string>("--name") { Description = "Whom it is for, such as grafana.", HelpName = "NAME", Required = true };
        var scopes = new Option<string[]>("--scope") { Description = "What it opens: read (OData), sql, admin (metrics). More than once for more. Default: read and sql.", HelpName = "SCOPE", DefaultValueFactory = _ => ["read", "sql"] };
        scopes.AcceptOnlyFromAmong("read", "sql", "admin");
        var namespaces = new Option<string[]>("--namespace") { Description = "It sees only rows whose client or server is in this namespace; more than once for more. Default: all rows.", HelpName = "NAMESPACE" };
        var expires = Expires();
        var rows = new Option<int?>("--rows") { Description = "Rows of an answer at most. Default: as the file or the service has it.", HelpName = "N" };
        var bytes = new Option<long?>("--bytes") { Description = "Bytes of an answer at most. Default: the same.", HelpName = "N" };
        var seconds = new Option<int?>("--seconds") { Description = "Seconds a question may take, 1 to 86400. Default: the same.", HelpName = "N" };
        var parallel = new Option<int?>("--parallel") { Description = "Questions that run at once. Default: the same.", HelpName = "N" };
        var waiting = new Option<int?>("--waiting") { Description = "Questions that wait for their turn. Default: the same.", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "The key and what it opens as JSON." };
        var command = new Command("create", "Makes a key and prints it, this once: the file holds its hash alone.") { keys, name, scopes, namespaces, expires, rows, bytes, seconds, parallel, waiting, json };
        command.SetAction(parsed =>
        {
            var limits = new KeyLimits { Rows = parsed.GetValue(rows), Bytes = parsed.GetValue(bytes), Seconds = parsed.GetValue(seconds), Parallel = parsed.GetValue(parallel), Waiting = parsed.GetValue(waiting) };
            var wanted = new NewKey
            {
                Name = parsed.GetValue(name)!,
                Scopes = [.. parsed.GetValue(scopes)!.Distinct().Select(scope => Enum.Parse<KeyScope>(scope, ignoreCase: true))],
                Namespaces = parsed.GetValue(namespaces) is { Length: > 0 } named ? named : null,
                Expires = parsed.GetValue(expires)?.From(TimeProvider.System),
                Limits = limits == new KeyLimits() ? null : limits,
            };
            var (kept, text) = wanted.Make(TimeProvider.System);
            KeyFile.Change(parsed.GetValue(keys)!, document => document with { Keys = [.. document.Keys, kept] }, TimeProvider.System);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(KeyAnswer.Of(kept) with { Key = text }, KeyJsonContext.Default.KeyAnswer));
            }
            else
            {
                Console.Error.WriteLine($"key {kept.Id} for {kept.Name}; it is shown this once:");
                Console.WriteLine(text);
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static Option<Expiry?> Expires() => new("--expires")
    {
        Description = "When it ends: a length of time such as 90d or 12h, or a time such as 2027-01-31 or 2027-01-31T12:00:00Z. Default: never.",
        HelpName = "90d|TIME",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (Expiry.TryParse(text) is { } expiry)
                return expiry;
            result.AddError($"--expires {text}: neither a length of time nor a time; write it like 90d or 2027-01-31.");
            return null;
        },
    };

    /// <summary>When a key ends: after a time, or at one.</summary>
    private sealed record Expiry(TimeSpan? After, DateTimeOffset? At)
    {
        private const int DaysMax = 36_500;

        public static Expiry? TryParse(string text)
        {
            if (text is [.. var days, 'd'] && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= DaysMax)
                return new Expiry(TimeSpan.FromDays(count), null);
            if (CommonOptions.TryParseDuration(text) is { } duration)
                return new Expiry(duration, null);
            return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? new Expiry(null, time)
                : null;
        }

        public DateTimeOffset From(TimeProvider timeProvider) => At ?? timeProvider.GetUtcNow() + After!.Value;
    }
}
