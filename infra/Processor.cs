namespace FlowLake.Infra;

/// <summary>The processors AWS Lambda offers.</summary>
public enum Processor
{
    /// <summary>x86-64.</summary>
    X64,

    /// <summary>64-bit ARM: a fifth cheaper a second.</summary>
    Arm64,
}
