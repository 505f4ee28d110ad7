using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.QueryApi.Sql;

/// <summary>Answers as Parquet over HTTP, read by readers that share no code with FlowLake.</summary>
public sealed class SqlParquetTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SELECT client_pod, server_pod, protocol, window_start, payload_to_client, is_primary, srtt_us_min FROM flows ORDER BY ALL LIMIT 300")]
    [InlineData("SELECT src_zone, count(*) AS n, max(bytes) AS most FROM traffic GROUP BY ALL ORDER BY ALL")]
    [InlineData("WITH a AS (SELECT zone, payload_to_server AS p FROM flows WHERE date = DATE '2026-11-21') SELECT zone, p, row_number() OVER (PARTITION BY zone ORDER BY p) AS place FROM a ORDER BY ALL")]
    [InlineData("SELECT i AS a, 'x'')\"' || i AS \"b \"\" c\", NULL::INTEGER AS d, [i, i + 1] AS e FROM range(10) AS t(i) -- ) TO 'x'")]
    [InlineData("SELECT 1 AS a, 2 AS a, 3 AS A;")]
    [InlineData("SELECT zone FROM flows WHERE false")]
    [InlineData("SELECT payload_to_server, client_zone FROM flows UNION ALL SELECT payload_to_client, client_zone FROM flows ORDER BY ALL DESC")]
    [InlineData("FROM coverage SELECT node, amount ORDER BY ALL")]
    [InlineData("SELECT date, zone FROM flows WHERE zone IS NULL UNION ALL SELECT date, zone FROM flows WHERE zone = 'o''zone\"d' ORDER BY ALL")]
    public async Task The_file_has_the_rows_of_the_objects_in_their_order(string sql)
    {
        var (status, objects) = await fixture.SqlAsync(sql, ", \"format\": \"objects\"");
        Assert.True(status == HttpStatusCode.OK, objects.GetRawText());
        var rows = (await ReadAsync(sql)).Agreed();
        Assert.Equal(objects.EnumerateArray().Select(row => row.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => Text(member.Value))), rows.Select(row => row.EnumerateObject().Select(member => Text(member.Value))));
    }

    [Fact]
    public async Task Every_digit_arrives()
    {
        var readers = await ReadAsync(
            "SELECT sum(i) AS whole, [sum(i)] AS list, {'n': sum(i)} AS part, max(i)::UHUGEINT AS positive, sum(i::DECIMAL(18,9)) AS exact, -sum(i) AS negative, INTERVAL '1 month 2 microseconds' AS span FROM (VALUES (9007199254740992), (1)) AS t(i)".Replace("i::DECIMAL(18,9)", "(i % 1000)::DECIMAL(18,9)", StringComparison.Ordinal));
        var row = Assert.Single(readers.DuckDb);
        Assert.Equal("9007199254740993", row.GetProperty("whole").GetString());
        Assert.Equal("9007199254740993", row.GetProperty("list")[0].GetString());
        Assert.Equal("9007199254740993", row.GetProperty("part").GetProperty("n").GetString());
        Assert.Equal("9007199254740992", row.GetProperty("positive").GetString());
        Assert.Equal("993.000000000", row.GetProperty("exact").GetString());
        Assert.Equal("-9007199254740993", row.GetProperty("negative").GetString());
        Assert.Equal("1 month 00:00:00.000002", row.GetProperty("span").GetString());
    }

    [Fact]
    public async Task Parameters_are_values_and_a_limit_cuts()
    {
        var row = Assert.Single((await ReadAsync("SELECT ? AS a, CAST(? AS BIGINT) + sum(i) AS b FROM range(10) AS t(i)", ", \"parameters\": [\"x') TO 'y'\", 9007199254740948]")).DuckDb);
        Assert.Equal("x') TO 'y'", row.GetProperty("a").GetString());
        Assert.Equal("9007199254740993", row.GetProperty("b").GetString());
        row = Assert.Single((await ReadAsync("SELECT $name AS a, $name || $other AS b", ", \"parameters\": {\"other\": \"y\", \"name\": \"x\"}")).Agreed());
        Assert.Equal("xy", row.GetProperty("b").GetString());
        Assert.Equal(["5", "6", "7"], (await ReadAsync("SELECT i FROM range(5, 5000) AS t(i) ORDER BY i", ", \"limit\": 3")).Agreed().Select(found => found.GetProperty("i").GetString()));
        var (status, problem) = await fixture.SqlAsync("SELECT ?", ", \"format\": \"parquet\", \"parameters\": []");
        Assert.True(status == HttpStatusCode.BadRequest, problem.GetRawText());
    }

    [Theory]
    [InlineData("application/vnd.apache.parquet", "application/vnd.apache.parquet")]
    [InlineData("application/x-parquet;q=0.9, text/html", "application/vnd.apache.parquet")]
    [InlineData("text/csv, application/json;q=0.5", "text/csv")]
    [InlineData("text/*", "text/csv")]
    [InlineData("application/x-ndjson", "application/x-ndjson")]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.8", "application/json")]
    public async Task Accept_chooses_the_form(string accept, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/sql?query=" + Uri.EscapeDataString("SELECT 1 AS a"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await fixture.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("10000", response.Headers.GetValues("FlowLake-Limit").Single());
    }

    [Theory]
    [InlineData("image/png", 406)]
    [InlineData("application/json;q=0", 406)]
    public async Task Accept_of_what_is_not_offered_is_refused(string accept, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/sql?query=" + Uri.EscapeDataString("SELECT 1 AS a"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await fixture.Client.SendAsync(request, Token);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("application/vnd.apache.parquet", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT *\nFROM flows WHERE nothere = 1", "nothere", 2)]
    [InlineData("SELECT * FROM read_parquet('/etc/passwd')", "read_parquet", 1)]
    [InlineData("COPY (SELECT 1) TO '/tmp/x'", "only SELECT", null)]
    [InlineData("SELECT 1) TO '/tmp/x' (FORMAT csv) --", "", 1)]
    [InlineData("SELECT CAST(client_workload AS INTEGER) FROM flows", "Could not convert", null)]
    public async Task What_is_refused_is_a_problem_and_no_file(string sql, string named, int? line)
    {
        var (status, problem) = await fixture.SqlAsync(sql, ", \"format\": \"parquet\"");
        Assert.True(status == HttpStatusCode.BadRequest, problem.GetRawText());
        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        if (line is not null)
            Assert.Equal(line, problem.GetProperty("line").GetInt32());
        Nothing_is_left();
    }

    [Fact]
    public async Task A_file_of_a_million_rows_comes_as_it_is_made()
    {
        var bytes = await BytesAsync("SELECT i, md5(i::VARCHAR) AS hash FROM range(1000000) AS t(i)", ", \"limit\": 1000000");
        Assert.True(bytes.Length > 30_000_000, $"{bytes.Length} bytes");
        var file = Path.Combine(Directory.CreateTempSubdirectory("flowlake-tests-parquet-").FullName, "answer.parquet");
        try
        {
            await File.WriteAllBytesAsync(file, bytes, Token);
            using var database = FlowLake.Lake.Duck.DuckDatabase.Open();
            using var connection = database.Connect();
            Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM (SELECT i, file_row_number AS place FROM read_parquet(?, file_row_number = true)) WHERE i <> place", file));
            Assert.Equal(1_000_000, connection.Scalar<long>("SELECT count(*) FILTER (hash = md5(i::VARCHAR)) FROM read_parquet(?)", file));
            Assert.Equal("1.0.-1.-1", connection.Scalar<string>("SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'flowlake.version'", file));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }

        Nothing_is_left();
    }

    [Fact]
    public async Task An_error_in_the_middle_cuts_the_connection()
    {
        // The first row groups are sent before the row is reached that is no number.
        var body = "{\"sql\": \"SELECT i, CAST(CASE WHEN i = 900000 THEN 'x' ELSE '1' END AS INTEGER) AS n, md5(i::VARCHAR) AS hash FROM range(1000000) AS t(i)\", \"limit\": 1000000, \"format\": \"parquet\"}";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => fixture.Client.PostAsync("/v1/sql", content, Token));
        Assert.Equal(HttpStatusCode.OK, (await fixture.SqlAsync("SELECT 1")).Status);
        Nothing_is_left();
    }

    private void Nothing_is_left()
    {
        var left = Directory.EnumerateFiles(Path.Combine(fixture.Lake.CacheFolder, "links"), "*.parquet", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
        Assert.Empty(left);
    }

    private async Task<IndependentReaders> ReadAsync(string sql, string more = "")
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("flowlake-tests-parquet-").FullName, "answer.parquet");
        try
        {
            await File.WriteAllBytesAsync(file, await BytesAsync(sql, more), Token);
            return (await IndependentReaders.ReadAsync(file))[file];
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private async Task<byte[]> BytesAsync(string sql, string more)
    {
        using var content = new StringContent($$"""{"sql": {{JsonSerializer.Serialize(sql)}}, "format": "parquet"{{more}}}""", Encoding.UTF8, "application/json");
        using var response = await fixture.Client.PostAsync("/v1/sql", content, Token);
        Assert.True(response.IsSuccessStatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("application/vnd.apache.parquet", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsByteArrayAsync(Token);
    }

    // The readers write numbers as text and moments to the millisecond.
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(Text)),
        JsonValueKind.String when value.GetString()!.StartsWith("2026-", StringComparison.Ordinal) => $"{DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcDateTime:O}",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
