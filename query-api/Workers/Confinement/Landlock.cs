namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>Landlock: the kernel refuses the calling thread, and whatever it becomes, every file but those it is given, and all TCP.</summary>
internal static class Landlock
{
    private const ulong Execute = 1 << 0, WriteFile = 1 << 1, ReadFile = 1 << 2, ReadFolder = 1 << 3, RemoveFile = 1 << 5, MakeFile = 1 << 8, MakeSocket = 1 << 9, MakePipe = 1 << 10, Truncate = 1 << 14;
    private const ulong RightsOnFiles = Execute | WriteFile | ReadFile | Truncate;

    /// <summary>The version of its interface that this kernel has; 0 where it has none, or has it switched off.</summary>
    public static int Version { get; } = (int)Math.Max(0, Linux.Landlock.CallCreate(Linux.Landlock.CreateRuleset, 0, 0, Linux.Landlock.AskVersion));

    /// <summary>Restricts the calling thread to what a program may do; does nothing where the kernel has no Landlock. The process gets no new privileges from then on.</summary>
    /// <exception cref="IOException">The kernel has it, but would not.</exception>
    public static void Apply(ConfinedProgram program)
    {
        if (Version == 0)
            return;
        var handled = Handled(Version);
        var attributes = new Linux.Landlock.Ruleset(handled, Network: Version >= 4 ? 0b11UL : 0, Scoped: Version >= 6 ? 0b11UL : 0);
        // A kernel takes a longer structure than its own where the rest is zero.
        var ruleset = (int)Linux.Landlock.CallCreate(Linux.Landlock.CreateRuleset, attributes, 24, 0).OrThrow("make a Landlock ruleset");
        foreach (var path in program.Readable)
            Allow(ruleset, path, ReadFile | ReadFolder);
        foreach (var path in program.Executable)
            Allow(ruleset, path, ReadFile | ReadFolder | Execute);
        Allow(ruleset, program.Writable, (ReadFile | ReadFolder | WriteFile | RemoveFile | MakeFile | MakeSocket | MakePipe | Truncate) & handled);
        Linux.Landlock.CallRestrict(Linux.Landlock.RestrictSelf, ruleset, 0).OrThrow("restrict the process by Landlock");
        Linux.Landlock.Close(ruleset);
    }

    // All that a version knows of: what is not handled is not refused.
    private static ulong Handled(int version) => version switch
    {
        1 => (1UL << 13) - 1,
        2 => (1UL << 14) - 1,
        3 or 4 => (1UL << 15) - 1,
        _ => (1UL << 16) - 1,
    };

    private static void Allow(int ruleset, string path, ulong rights)
    {
        var descriptor = Linux.Landlock.Open(path, Linux.Landlock.OpenForPath);
        if (descriptor < 0)
            return;
        var rule = new Linux.Landlock.Rule(Directory.Exists(path) ? rights : rights & RightsOnFiles, descriptor);
        Linux.Landlock.CallAdd(Linux.Landlock.AddRule, ruleset, Linux.Landlock.PathBeneath, rule, 0).OrThrow($"allow {path} by Landlock");
        Linux.Landlock.Close(descriptor);
    }
}
