using System.Globalization;

namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>A user of this machine, by numbers.</summary>
internal sealed record WorkerUser(uint Id, uint Group)
{
    /// <summary>As whom workers of root run unless somebody else is named.</summary>
    public const string Default = "nobody";

    private const string Users = "/etc/passwd";

    /// <summary>The user of a name in /etc/passwd, or of <c>UID:GID</c>.</summary>
    /// <exception cref="ArgumentException">There is none, or it is root.</exception>
    public static WorkerUser Of(string text)
    {
        var numbers = text.Split(':');
        var found = numbers is [var id, var group] ? TryParse(id, group) : Named(text);
        return found switch
        {
            null => throw new ArgumentException($"\"{text}\" is no user to run workers as: name one of {Users}, or give UID:GID."),
            { Id: 0 } or { Group: 0 } => throw new ArgumentException($"workers do not run as {text}, which is root or of its group: name a user without rights, such as {Default}."),
            _ => found,
        };
    }

    private static WorkerUser? Named(string name) => File.ReadLines(Users)
        .Select(line => line.Split(':'))
        .Where(fields => fields.Length >= 4 && fields[0] == name)
        .Select(fields => TryParse(fields[2], fields[3]))
        .FirstOrDefault();

    private static WorkerUser? TryParse(string id, string group) =>
        uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var user) && uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var of) ? new WorkerUser(user, of) : null;
}
