namespace FlowLake.Tests.Agent;

/// <summary>An agent's log that may be read while it is written, and does something when a line came so often.</summary>
internal sealed class WatchedLog : StringWriter
{
    private readonly Lock gate = new();
    private Action<string> watch = _ => { };

    /// <summary>Lines that hold a text.</summary>
    public int Said(string text)
    {
        lock (gate)
            return ToString().Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Acts as soon as a text was said that often, from now on.</summary>
    public void When(string text, int times, Action act)
    {
        lock (gate)
        {
            watch = line =>
            {
                if (line.Contains(text, StringComparison.Ordinal) && --times == 0)
                    act();
            };
        }
    }

    public override void WriteLine(string? value)
    {
        lock (gate)
        {
            base.WriteLine(value);
            watch(value ?? "");
        }
    }
}
