using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.QueryApi.Access;

namespace FlowLake.Cli;

/// <summary><c>flowlake key</c>: makes, lists and revokes the keys that <c>flowlake serve --keys</c> asks for.</summary>
internal static class KeyVerb
{
    public static Command Create() =>
        new("key", "Makes, lists and revokes the keys of flowlake serve. A running service takes a change up within a second.") { KeyCreateVerb.Create(), List(), Revoke() };

    /// <summary>The file of keys. Environment variable FLOWLAKE_KEYS when not given.</summary>
    public static Option<string> Keys() => new("--keys")
    {
        Description = "File of keys, which its owner alone can read. It holds their hashes. Default: $FLOWLAKE_KEYS.",
        HelpName = "FILE",
        Required = Environment.GetEnvironmentVariable("FLOWLAKE_KEYS") is null,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FLOWLAKE_KEYS") ?? "",
    };

    private static Command List()
    {
        var keys = Keys();
        var json = new Option<bool>("--json") { Description = "One JSON array of keys." };
        var command = new Command("list", "The keys of a file: ids, names and what they open.") { keys, json };
        command.SetAction(parsed =>
        {
            var found = KeyFile.Read(parsed.GetValue(keys)!).Keys;
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize([.. found.Select(KeyAnswer.Of)], KeyJsonContext.Default.ListKeyAnswer));
            else
                Show(found);
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Revoke()
    {
        var keys = Keys();
        var id = new Argument<string>("id") { Description = "Id of the key, as flowlake key list shows it." };
        var json = new Option<bool>("--json") { Description = "The revoked key as JSON." };
        var command = new Command("revoke", "Takes a key out of the file: it opens nothing any more.") { id, keys, json };
        command.SetAction(parsed =>
        {
            var (path, wanted) = (parsed.GetValue(keys)!, parsed.GetValue(id)!);
            var revoked = KeyFile.Read(path).Keys.FirstOrDefault(key => key.Id == wanted);
            if (revoked is null)
            {
                Console.Error.WriteLine($"flowlake key revoke: {path} has no key {wanted}; flowlake key list --keys {path} shows those there are.");
                return CommandLine.Failed;
            }

            KeyFile.Change(path, document => document with { Keys = [.. document.Keys.Where(key => key.Id != wanted)] }, TimeProvider.System);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(KeyAnswer.Of(revoked), KeyJsonContext.Default.KeyAnswer));
            else
                Console.WriteLine($"revoked {revoked.Id} ({revoked.Name})");
            return CommandLine.Done;
        });
        return command;
    }

    private static void Show(IReadOnlyList<ApiKey> keys)
    {
        foreach (var key in keys)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{key.Id}  {key.Name}  scopes {string.Join(',', key.Scopes.Select(KeyScopeName.Of))}  namespaces {(key.Namespaces is { } names ? string.Join(',', names) : "all")}  expires {(key.Expires is { } at ? at.ToString("u", CultureInfo.InvariantCulture) : "never")}"));
        }
    }
}

/// <summary>A key as <c>flowlake key</c> tells of it.</summary>
/// <param name="Key">The key itself, told once when it is made.</param>
internal sealed record KeyAnswer(string Id, string Name, List<KeyScope> Scopes, List<string>? Namespaces, DateTimeOffset Created, DateTimeOffset? Expires, KeyLimits? Limits, string? Key = null)
{
    public static KeyAnswer Of(ApiKey key) => new(key.Id, key.Name, [.. key.Scopes], key.Namespaces is { } names ? [.. names] : null, key.Created, key.Expires, key.Limits);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<KeyAnswer>))]
internal sealed partial class KeyJsonContext : JsonSerializerContext;
