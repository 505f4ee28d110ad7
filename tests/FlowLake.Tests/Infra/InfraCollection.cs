using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>All tests of the deployment share one synthesis, which takes seconds, and one interpreter, which takes one caller at a time.</summary>
[CollectionDefinition(Name)]
public sealed class InfraCollection : ICollectionFixture<SynthesisedStack>
{
    public const string Name = "infra";
}
