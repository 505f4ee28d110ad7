using FlowLake.Schemas.DeltaLog;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class TablePropertiesTests
{
    [Theory]
    [InlineData("interval 7 days", 168)]
    [InlineData("interval 1 week", 168)]
    [InlineData("INTERVAL 12 hours 30 minutes", 12.5)]
    [InlineData("interval 168 HOURS", 168)]
    [InlineData("36 hours", 36)]
    [InlineData("interval 3600000 milliseconds", 1)]
    public void An_interval_is_read(string text, double hours) => Assert.Equal(TimeSpan.FromHours(hours), TableProperties.ParseInterval(text));

    [Theory]
    [InlineData("")]
    [InlineData("interval")]
    [InlineData("interval 1 month")]
    [InlineData("interval days 7")]
    [InlineData("interval -7 days")]
    [InlineData("forever")]
    public void What_is_no_interval_is_an_error_that_names_the_property(string text)
    {
        Assert.Null(TableProperties.ParseInterval(text));
        var metadata = TableHistory.Metadata with { Configuration = TableHistory.Metadata.Configuration.SetItem(TableProperties.LogRetentionProperty, text) };
        Assert.Contains(TableProperties.LogRetentionProperty, Assert.Throws<DeltaLogException>(() => TableProperties.LogRetention(metadata)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_programs_table_without_the_properties_has_the_protocols_defaults()
    {
        var metadata = TableHistory.Metadata with { Configuration = TableHistory.Metadata.Configuration.Clear() };
        Assert.Equal((TimeSpan.FromDays(7), TimeSpan.FromDays(30)), (TableProperties.TombstoneRetention(metadata), TableProperties.LogRetention(metadata)));
    }
}
