namespace FlowLake.Demo.Machine;

/// <summary>Removes everything the demo makes on the machine: after a run, and before one where an earlier demo was killed.</summary>
internal static class Leftovers
{
    /// <summary>Removes what there is, whoever made it. Does nothing where there is nothing.</summary>
    /// <returns>What was found, in words; empty where there was nothing.</returns>
    public static async Task<IReadOnlyList<string>> RemoveAsync(MachineNames names, TimeProvider time)
    {
        var found = new List<string>();
        int processes = new ProcessRecord(names.ProcessFile).Kill();
        if (processes > 0)
            found.Add($"{processes} processes");

        if (Directory.Exists(names.CgroupRoot))
        {
            found.Add("cgroups");
            await CgroupTree.RemoveAsync(names.CgroupRoot, time);
        }

        // With the mount go the pins, and with them the programs no agent holds any more.
        await Mounts.UnmountAsync(names.BpfFolder);

        int namespaces = names.ExistingNamespaces().Count;
        if (namespaces > 0)
        {
            found.Add($"{namespaces} network namespaces");
            await PodNetwork.RemoveAsync(names);
        }

        if (Directory.Exists(names.RunFolder))
            Directory.Delete(names.RunFolder, recursive: true);
        return found;
    }
}
