using System.Collections.Immutable;
using System.Diagnostics;

namespace FlowLake.Tests.Tidy;

/// <summary>The files of the checkout these tests were built from, as git would commit them.</summary>
internal static class Checkout
{
    private static readonly string[] MadeFolders = [".git", ".flowlake", "artifacts", "bin", "cdk.out", "node_modules", "obj"];

    /// <summary>The folder that holds FlowLake.sln.</summary>
    public static string Root { get; } = RepositoryRoot.File();

    /// <summary>Every file, by its path from the root with forward slashes, in ordinal order.</summary>
    public static ImmutableArray<SourceFile> Files { get; } =
    [
        .. (ListedByGit() ?? WalkedFolders())
            .Where(path => File.Exists(Path.Combine(Root, path)))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllBytes(Path.Combine(Root, path)))),
    ];

    /// <summary>Every project file.</summary>
    public static IEnumerable<SourceFile> Projects => Files.Where(file => file.HasExtension(".csproj"));

    /// <summary>The file at a path that has to be there.</summary>
    public static SourceFile Named(string path) =>
        Files.SingleOrDefault(file => file.Path == path) ?? throw new FileNotFoundException($"{path} is not in the checkout at {Root}.");

    /// <summary>What git knows or would add; null where there is no git or no repository, as in an unpacked archive.</summary>
    private static List<string>? ListedByGit()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var paths = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 && paths.Length > 0 ? [.. paths.Split('\0', StringSplitOptions.RemoveEmptyEntries)] : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> WalkedFolders()
    {
        var open = new Stack<string>([Root]);
        while (open.TryPop(out var folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder))
                yield return Path.GetRelativePath(Root, file);
            foreach (var inner in Directory.EnumerateDirectories(folder))
            {
                if (!MadeFolders.Contains(Path.GetFileName(inner)))
                    open.Push(inner);
            }
        }
    }
}
