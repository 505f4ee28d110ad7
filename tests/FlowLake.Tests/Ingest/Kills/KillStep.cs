using System.Text.RegularExpressions;

namespace FlowLake.Tests.Ingest.Kills;

/// <summary>A step of a process as its store sees it, by which it is known when it is there.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Request">Whether a request of S3, its method and its target, belongs to the step; null where S3 sees nothing of it.</param>
/// <param name="Change">Whether a change below the folder of lake and work belongs to the step, by kind and path; null where a directory shows nothing of it.</param>
internal sealed record KillStep(string Name, Func<string, string, bool>? Request, Func<WatcherChangeTypes, string, bool>? Change)
{
    private const WatcherChangeTypes Appeared = WatcherChangeTypes.Created | WatcherChangeTypes.Renamed;

    public override string ToString() => Name;

    /// <summary>An object whose key matches is put.</summary>
    public static KillStep Put(string name, string pattern) => new(
        name, (method, target) => method == "PUT" && Regex.IsMatch(target, pattern), (kind, path) => (kind & Appeared) != 0 && Regex.IsMatch(path, pattern));

    /// <summary>An object whose key matches is read.</summary>
    public static KillStep Read(string name, string pattern) => new(name, (method, target) => method == "GET" && Regex.IsMatch(target, pattern), null);

    /// <summary>The objects below a folder are listed.</summary>
    public static KillStep List(string name, string folder) => new(
        name, (method, target) => method == "GET" && target.Contains("list-type=2", StringComparison.Ordinal) && target.Split('?', '&').Contains("prefix=" + Uri.EscapeDataString(folder)), null);

    /// <summary>Objects are deleted.</summary>
    public static KillStep Delete(string name, string pattern) => new(
        name, (method, target) => method == "POST" && target.Contains("?delete", StringComparison.Ordinal), (kind, path) => kind == WatcherChangeTypes.Deleted && Regex.IsMatch(path, pattern));

    /// <summary>A file or folder comes into being on the machine itself.</summary>
    public static KillStep Local(string name, string pattern) => new(name, null, (kind, path) => (kind & Appeared) != 0 && Regex.IsMatch(path, pattern));
}
