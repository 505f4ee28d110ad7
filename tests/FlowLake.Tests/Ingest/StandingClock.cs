namespace FlowLake.Tests.Ingest;

/// <summary>A clock that says one time; its timers run by the machine's.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
