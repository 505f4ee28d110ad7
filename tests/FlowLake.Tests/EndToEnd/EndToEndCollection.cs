using FlowLake.Tests.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.EndToEnd;

/// <summary>Whole demos, alone on the machine: what they leave in the kernel can be told only when nobody else loads programs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndCollection : ICollectionFixture<S3ServerFixture>
{
    public const string Name = "end to end";
}
