namespace FlowLake.Benchmarks.Query.Load;

/// <summary>What came of a load's requests.</summary>
/// <param name="Right">Questions answered with the right rows.</param>
/// <param name="Wrong">Questions answered with other rows, with a failure, or not at all.</param>
/// <param name="Refused">Questions sent away by a limit.</param>
/// <param name="Attacks">Attacks.</param>
/// <param name="AttacksWrong">Attacks that got an answer they must not get, or none.</param>
internal sealed record LoadCounts(long Right, long Wrong, long Refused, long Attacks, long AttacksWrong)
{
    public static LoadCounts operator -(LoadCounts all, LoadCounts before) =>
        new(all.Right - before.Right, all.Wrong - before.Wrong, all.Refused - before.Refused, all.Attacks - before.Attacks, all.AttacksWrong - before.AttacksWrong);
}
