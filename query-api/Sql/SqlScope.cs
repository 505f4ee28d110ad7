using System.Diagnostics.CodeAnalysis;

namespace FlowLake.QueryApi.Sql;

/// <summary>The names WITH has given at one place of a statement. A name counts where it is visible and nowhere else.</summary>
internal sealed class SqlScope(SqlScope? outer)
{
    /// <summary>Where no name is given.</summary>
    public static readonly SqlScope Empty = new(null);

    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string name) => names.Add(name);

    public bool Contains(string name) => names.Contains(name) || outer is not null && outer.Contains(name);

    /// <summary>
    /// Whether a name can be given by WITH: letters, digits and underscores. No file name is one, so that a name the engine sees otherwise than we do is
    /// still never a file.
    /// </summary>
    public static bool IsName([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 } && !char.IsDigit(name[0]) && name.All(character => char.IsLetterOrDigit(character) || character == '_');
}
