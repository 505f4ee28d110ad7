using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;

namespace FlowLake.Tests.Tidy;

/// <summary>One file of the checkout.</summary>
/// <param name="path">Its path from the root, with forward slashes.</param>
/// <param name="bytes">What it holds.</param>
internal sealed class SourceFile(string path, byte[] bytes)
{
    public string Path { get; } = path;

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The folder's path from the root; empty for a file at the root.</summary>
    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    /// <summary>True for what is written by people: no picture, no archive, no recorded answer of a server.</summary>
    public bool IsText { get; } = !path.EndsWith(".http", StringComparison.Ordinal) && !bytes.AsSpan(0, Math.Min(bytes.Length, 8000)).Contains((byte)0);

    /// <summary>True for files that a package tool writes whole.</summary>
    public bool IsLockFile => Name is "packages.lock.json" or "package-lock.json";

    /// <summary>True for C# that is shipped, so neither tests nor benchmarks.</summary>
    public bool IsProductCode => HasExtension(".cs") && !IsIn("tests");

    public string Text { get; } = Encoding.UTF8.GetString(bytes);

    public ImmutableArray<string> Lines => [.. Text.Split('\n')];

    public XDocument Xml => XDocument.Parse(Text, LoadOptions.SetLineInfo);

    public bool HasExtension(params ReadOnlySpan<string> extensions)
    {
        foreach (var extension in extensions)
        {
            if (Path.EndsWith(extension, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>True when the file lies in the folder or below it.</summary>
    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public override string ToString() => Path;
}
