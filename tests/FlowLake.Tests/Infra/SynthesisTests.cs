using System.Text.RegularExpressions;
using Xunit;

namespace FlowLake.Tests.Infra;

[Collection(InfraCollection.Name)]
public sealed partial class SynthesisTests(SynthesisedStack stack)
{
    [Fact]
    public void What_is_written_names_no_account_and_no_secret() =>
        Assert.All(stack.Files, file =>
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotMatch(AccountId(), text);
            Assert.All(SynthesisedStack.Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        });

    [Theory]
    [InlineData("Lake")]
    [InlineData("Bucket")]
    [InlineData("AgentPolicy")]
    [InlineData("QueryPolicy")]
    [InlineData("AlarmTopic")]
    [InlineData("Database")]
    public void An_output_tells_what_others_need(string name)
    {
        var output = stack.Json.GetProperty("Outputs").GetProperty(name);
        Assert.NotEmpty(output.GetProperty("Description").GetString()!);
        Assert.True(output.TryGetProperty("Value", out _));
    }

    [GeneratedRegex(@"(?<![\w-])\d{12}(?![\w-])")]
    private static partial Regex AccountId();
}
