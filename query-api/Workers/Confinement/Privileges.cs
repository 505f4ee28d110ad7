namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>Gives up being root.</summary>
internal static class Privileges
{
    /// <summary>CAP_DAC_READ_SEARCH: to read whatever the owner of a file says.</summary>
    private const int ReadAnything = 2;

    /// <summary>The highest number of a capability there can be.</summary>
    private const int CapabilityMax = 63;

    /// <summary>Becomes another user, without groups and without capabilities.</summary>
    /// <param name="user">Who to be.</param>
    /// <param name="keepsReading">
    /// Whether reading stays possible as root can: with Landlock, which names the folders, so that a lake only root can read can be asked, and yet not be written. Where the process has not the capability itself,
    /// as in many containers, the user's own rights have to do.
    /// </param>
    /// <exception cref="IOException">The kernel would not.</exception>
    public static void Become(WorkerUser user, bool keepsReading)
    {
        for (nuint capability = 0; capability <= CapabilityMax; capability++)
        {
            if (!keepsReading || capability != ReadAnything)
                Linux.Process.Control(Linux.Process.DropFromBoundingSet, capability, 0, 0, 0);
        }

        // A new user keeps what it is given below, in access(2) too, by which the engine looks for files; and no program of root's gets more.
        var kept = keepsReading && Linux.Process.Control(Linux.Process.SetSecurityBits, Linux.Process.NoUserFixupNoRoot, 0, 0, 0) == 0;
        Linux.Process.SetGroups(0, 0).OrThrow("leave the groups");
        Linux.Process.SetGroup(user.Group, user.Group, user.Group).OrThrow($"become the group {user.Group}");
        Linux.Process.SetUser(user.Id, user.Id, user.Id).OrThrow($"become the user {user.Id}");
        if (!kept || !TryKeep(1U << ReadAnything))
            Set(0).OrThrow("give up capabilities");
    }

    /// <summary>Gives up all capabilities of somebody who stays who they are; another program would not have got them anyway.</summary>
    public static void GiveUp() => Set(0).OrThrow("give up capabilities");

    private static bool TryKeep(uint capabilities) => Set(capabilities) == 0 && Linux.Process.Control(Linux.Process.AmbientCapabilities, Linux.Process.RaiseAmbient, ReadAnything, 0, 0) == 0;

    private static int Set(uint capabilities) =>
        Linux.Process.SetCapabilities(new Linux.Process.CapabilityHeader(Linux.Process.CapabilityVersion, 0), [new(capabilities, capabilities, capabilities), default]);
}
