using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckInterruptTests : DuckFixture
{
    // Some 10^14 pairs: no machine ends it by itself.
    private const string Endless = "SELECT count(*) FROM range(10000000) AS a (x), range(10000000) AS b (y) WHERE (x * y) % 7 = 3";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_token_ends_a_long_query(bool streaming)
    {
        using var cancellation = new CancellationTokenSource();
        var query = Task.Run(() =>
        {
            using var result = streaming ? Connection.Query(Endless, cancellation.Token) : Connection.QueryMaterialized(Endless, cancellation.Token);
            return result.Read();
        }, TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.Equal(1, Connection.Scalar<int>("SELECT 1"));
    }

    [Fact]
    public async Task Interruption_without_a_token_is_an_error_of_its_own_type()
    {
        var query = Task.Run(() => Connection.Execute(Endless, CancellationToken.None), TestContext.Current.CancellationToken);
        // An interruption before the query begins is forgotten by the engine, hence again until it ends.
        while (await Task.WhenAny(query, Task.Delay(20, TestContext.Current.CancellationToken)) != query)
            Connection.Interrupt();
        var error = await Assert.ThrowsAsync<DuckException>(() => query);
        Assert.Equal(DuckErrorType.Interrupt, error.ErrorType);
    }

    [Fact]
    public void Token_cancelled_before_it_begins_never_runs()
        => Assert.ThrowsAny<OperationCanceledException>(() => Connection.Execute("CREATE TABLE never (i INTEGER)", new CancellationToken(canceled: true)));

    [Fact]
    public async Task Token_cancelled_at_any_moment_is_never_lost()
    {
        // The moment moves over the whole way of a query: before, between binding and execution, and while it runs.
        for (var round = 0; round < 60; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var spin = round * 400;
            var cancel = Task.Run(() => { Thread.SpinWait(spin); cancellation.Cancel(); }, TestContext.Current.CancellationToken);
            Assert.ThrowsAny<OperationCanceledException>(() =>
            {
                using var result = Connection.Query(Endless, cancellation.Token);
                result.Read();
            });
            await cancel;
        }
    }

    [Fact]
    public void Cancellation_after_the_result_is_disposed_leaves_the_connection_alone()
    {
        using var cancellation = new CancellationTokenSource();
        Connection.Execute("SELECT 1", cancellation.Token);
        cancellation.Cancel();
        using var result = Connection.Query("SELECT * FROM range(100000)", CancellationToken.None);
        Assert.Equal(100_000, result.Rows().Count());
    }
}
