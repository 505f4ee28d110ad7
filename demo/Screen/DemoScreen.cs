using Spectre.Console;

namespace FlowLake.Demo.Screen;

/// <summary>What the demo says: in place on a terminal, line by line elsewhere.</summary>
public sealed class DemoScreen
{
    private const int PlainWidth = 160;

    private readonly IAnsiConsole console;

    public DemoScreen(IAnsiConsole console)
    {
        this.console = console;
        IsTerminal = console.Profile.Out.IsTerminal;
        if (IsTerminal)
            return;
        console.Profile.Width = PlainWidth;
        console.Profile.Capabilities.Ansi = false;
        console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    }

    public bool IsTerminal { get; }

    /// <summary>How often the matrix is asked for and shown.</summary>
    public TimeSpan MatrixEvery => IsTerminal ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(10);

    /// <summary>A line of text as it is: the console would break a long command into lines that cannot be copied. Not for the live part.</summary>
    public void Say(string line) => console.Profile.Out.Writer.WriteLine(line);

    /// <summary>A line that tells a step done, or a thing found.</summary>
    public void Step(string line)
    {
        if (IsTerminal)
            console.MarkupLine($"[green]*[/] {Markup.Escape(line)}");
        else
            Say($"* {line}");
    }

    public void Warn(string line)
    {
        if (IsTerminal)
            console.MarkupLine($"[yellow]! {Markup.Escape(line)}[/]");
        else
            Say($"! {line}");
    }

    public void Show(Table table) => console.Write(table);

    /// <summary>Runs the live part. On a terminal each table replaces the one before; elsewhere they follow each other.</summary>
    public async Task LiveAsync(Func<Action<Table>, Task> work)
    {
        if (!IsTerminal)
        {
            await work(Show);
            return;
        }

        await console.Live(new Text("waiting for the first answer")).StartAsync(context => work(table =>
        {
            context.UpdateTarget(table);
            context.Refresh();
        }));
    }
}
