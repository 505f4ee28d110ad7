using System.Globalization;

namespace FlowLake.Demo.Machine;

/// <summary>A process that cannot be mistaken for a later one with the same id.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="StartTicks">When it started, in the kernel's clock ticks since boot (field 22 of /proc/PID/stat).</param>
public readonly record struct ProcessIdentity(int Id, long StartTicks)
{
    private const int StartField = 22;

    /// <returns>Null where there is no such process any more.</returns>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");

            // The second field is the command in parentheses and may hold anything; what follows it is the third.
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessIdentity(id, long.Parse(fields[StartField - 3], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool IsAlive => Of(Id) == this;
}
