using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckErrorsTests
{
    [Theory]
    [InlineData("Out of Memory Error: Allocation failure")]
    [InlineData("std::bad_alloc")]
    [InlineData("Parser Error: std::bad_alloc")]
    [InlineData("Invalid Input Error: Failed to read file \"flows/a.parquet\": std::bad_alloc")]
    [InlineData("")]
    [InlineData(null)]
    public void Memory_that_is_refused_is_told_from_what_was_under_way(string? message) =>
        Assert.Equal(DuckErrorType.OutOfMemory, DuckErrors.FromMessage(message).ErrorType);

    [Theory]
    [InlineData("Conversion Error: Could not convert string 'std::bad_alloc' to INT32", DuckErrorType.Conversion)]
    [InlineData("Parser Error: syntax error at or near \"x\"", DuckErrorType.Parser)]
    [InlineData("nothing of the kind", DuckErrorType.Invalid)]
    public void Other_messages_keep_their_type(string message, DuckErrorType type) => Assert.Equal(type, DuckErrors.FromMessage(message).ErrorType);
}
