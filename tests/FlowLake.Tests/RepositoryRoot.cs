namespace FlowLake.Tests;

/// <summary>The checkout the tests were built in.</summary>
internal static class RepositoryRoot
{
    private static readonly Lazy<string> folder = new(Find);

    /// <summary>The full path of a file or folder of the checkout.</summary>
    public static string File(params string[] segments) => Path.Combine([folder.Value, .. segments]);

    private static string Find()
    {
        for (DirectoryInfo? candidate = new(AppContext.BaseDirectory); candidate is not null; candidate = candidate.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(candidate.FullName, "FlowLake.sln")))
                return candidate.FullName;
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds FlowLake.sln: run the tests from a checkout.");
    }
}
