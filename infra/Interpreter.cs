namespace FlowLake.Infra;

/// <summary>The node process that CDK's libraries run in.</summary>
public static class Interpreter
{
    /// <summary>
    /// Keeps it from warning, a page long, of the versions of node that Debian and Ubuntu carry and look after themselves, or that are newer than the
    /// libraries. What it cannot run it still refuses.
    /// </summary>
    public static void AcceptDistributionVersions()
    {
        Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20");
        Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1");
        Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1");
    }
}
