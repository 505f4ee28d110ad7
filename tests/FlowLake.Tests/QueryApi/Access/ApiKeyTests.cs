using System.Net;
using System.Text.Json;
using FlowLake.QueryApi.Access;
using FlowLake.Tests.Cli;
using Xunit;

namespace FlowLake.Tests.QueryApi.Access;

/// <summary>Who is let in: real processes of <c>flowlake serve</c> and <c>flowlake key</c>.</summary>
public sealed class ApiKeyTests : IDisposable
{
    private const string Sql = "/v1/sql?query=SELECT%20count(*)%20FROM%20flows";
    private const string OData = "/odata/Flows/$count";

    private readonly TestLake lake = new();
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Keys => folder.File("keys.json");

    public void Dispose()
    {
        lake.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_key_opens_what_its_scopes_say_and_nothing_else()
    {
        var (read, sql, admin) = (await CreateAsync("--scope", "read"), await CreateAsync("--scope", "sql"), await CreateAsync("--scope", "admin"));
        await using var served = await ServeProcess.StartAsync(lake, "--keys", Keys);
        foreach (var (path, opener, scope) in new[] { (OData, read, "read"), (Sql, sql, "sql"), ("/metrics", admin, "admin") })
        {
            foreach (var key in new[] { read, sql, admin })
            {
                using var answer = await served.GetAsync(path, key);
                if (key == opener)
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                else
                    await IsProblemAsync(answer, HttpStatusCode.Forbidden, "urn:flowlake:problem:scope", $"Bearer realm=\"flowlake\", error=\"insufficient_scope\", scope=\"{scope}\"");
            }
        }

        using (var any = await served.GetAsync("/v1/tables", admin))
            Assert.Equal(HttpStatusCode.OK, any.StatusCode);
        foreach (var path in new[] { OData, Sql, "/metrics", "/v1/tables", "/odata", "/odata/$metadata", "/nowhere" })
        {
            using var nobody = await served.GetAsync(path, key: null);
            await IsProblemAsync(nobody, HttpStatusCode.Unauthorized, "urn:flowlake:problem:key", "Bearer realm=\"flowlake\"");
            foreach (var wrong in new[] { "nonsense", "flk_0123456789ab_" + new string('A', 43), read[..^1] + (read[^1] == 'A' ? 'E' : 'A'), read + "A" })
            {
                using var stranger = await served.GetAsync(path, wrong);
                await IsProblemAsync(stranger, HttpStatusCode.Unauthorized, "urn:flowlake:problem:key", "Bearer realm=\"flowlake\", error=\"invalid_token\"");
            }
        }

        foreach (var path in new[] { "/", "/openapi.json", "/healthz", "/readyz" })
        {
            using var open = await served.GetAsync(path, key: null);
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        }

        Assert.Contains($"curl -s {served.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/v1/sql -H 'Authorization: Bearer KEY'", await served.Client.GetStringAsync("/", Token), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, Sql);
        request.Headers.Add("X-API-Key", sql);
        using var named = await served.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        Assert.Contains("flowlake_access_keys_refused_total 28", await (await served.GetAsync("/metrics", admin)).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        // It is counted, and no line of the log, which a stranger could fill with them.
        Assert.DoesNotContain("challenged", served.Log, StringComparison.Ordinal);
        Assert.All(new[] { read, sql, admin }, key => Assert.DoesNotContain(key, served.Log, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_file_is_taken_up_while_it_runs_and_a_broken_one_is_said_and_passed_over()
    {
        var first = await CreateAsync();
        await using var served = await ServeProcess.StartAsync(lake, "--keys", Keys);
        var second = await CreateAsync("--json");
        await StatusAsync(served, second, HttpStatusCode.OK);

        KeyFile.Change(Keys, document => document with { Keys = [.. document.Keys.Select(key => key with { Expires = second.Contains(key.Id, StringComparison.Ordinal) ? DateTimeOffset.UnixEpoch : null })] }, TimeProvider.System);
        await StatusAsync(served, second, HttpStatusCode.Unauthorized);
        await StatusAsync(served, first, HttpStatusCode.OK);

        var good = await File.ReadAllTextAsync(Keys, Token);
        await File.WriteAllTextAsync(Keys, "{\"keys\": 1}", Token);
        await ServeProcess.EventuallyAsync(async () =>
        {
            await StatusAsync(served, first, HttpStatusCode.OK);
            return served.Log.Contains("keys cannot be read", StringComparison.Ordinal);
        });
        await File.WriteAllTextAsync(Keys, good, Token);

        var revoked = await FlowLakeProgram.RunAsync(["key", "revoke", first[4..16], "--keys", Keys]);
        Assert.Equal((0, $"revoked {first[4..16]} (test)\n"), (revoked.ExitCode, revoked.Output));
        await StatusAsync(served, first, HttpStatusCode.Unauthorized);
        Assert.Equal(1, (await FlowLakeProgram.RunAsync(["key", "revoke", first[4..16], "--keys", Keys])).ExitCode);
    }

    [Fact]
    public async Task The_file_holds_hashes_alone_and_is_its_owners_alone()
    {
        var key = await CreateAsync("--namespace", "a", "--namespace", "b", "--expires", "90d", "--rows", "5");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        Assert.DoesNotContain(key[17..], await File.ReadAllTextAsync(Keys, Token), StringComparison.Ordinal);
        Assert.Contains("scopes read,sql ", (await FlowLakeProgram.RunAsync(["key", "list", "--keys", Keys])).Output, StringComparison.Ordinal);
        var list = await FlowLakeProgram.RunAsync(["key", "list", "--keys", Keys, "--json"]);
        var listed = JsonDocument.Parse(list.Output).RootElement[0];
        Assert.Equal((key[4..16], "test"), (listed.GetProperty("id").GetString(), listed.GetProperty("name").GetString()));
        Assert.Equal("[\"a\",\"b\"]", listed.GetProperty("namespaces").GetRawText());
        Assert.Equal(5, listed.GetProperty("limits").GetProperty("rows").GetInt32());
        Assert.InRange(listed.GetProperty("expires").GetDateTimeOffset() - listed.GetProperty("created").GetDateTimeOffset(), TimeSpan.FromDays(89), TimeSpan.FromDays(91));
        Assert.DoesNotContain("hash", list.Output, StringComparison.Ordinal);

        File.SetUnixFileMode(Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var refused = await FlowLakeProgram.RunAsync(["serve", "--lake", lake.Folder, "--keys", Keys, "--listen", "http://127.0.0.1:0"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"chmod 600 {Keys}", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_made_at_once_are_all_kept()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CreateAsync()));
        Assert.Equal(keys.Select(key => key[4..16]).Order(), KeyFile.Read(Keys).Keys.Select(key => key.Id).Order());
    }

    [Fact]
    public async Task Strangers_are_answered_with_keys_only()
    {
        var refused = await FlowLakeProgram.RunAsync(["serve", "--lake", lake.Folder, "--listen", "http://0.0.0.0:0"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("flowlake key create", refused.Error, StringComparison.Ordinal);

        var key = await CreateAsync();
        await using var served = await ServeProcess.StartAsync(lake, "--keys", Keys, "--listen", "http://0.0.0.0:0");
        using var request = new HttpRequestMessage(HttpMethod.Get, OData);
        request.Headers.Host = "flowlake.example";
        request.Headers.Add("X-API-Key", key);
        using var answer = await served.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("--scope", "all")]
    [InlineData("--expires", "soon")]
    public async Task A_wrong_command_line_makes_no_key(params string[] arguments)
    {
        Assert.Equal(2, (await FlowLakeProgram.RunAsync(["key", "create", "--keys", Keys, "--name", "test", .. arguments])).ExitCode);
        Assert.False(File.Exists(Keys));
    }

    [Theory]
    [InlineData("{\"keys\": [{\"id\": \"x\", \"name\": \"\", \"hash\": \"plain\", \"scopes\": [], \"namespaces\": [], \"created\": \"2026-01-01T00:00:00Z\"}]}", "keys[0]: id")]
    [InlineData("{\"keys\": [], \"limits\": {\"rows\": 0, \"seconds\": 0}}", "limits: rows is 0; it is 1 or more; limits: seconds is 0")]
    [InlineData("{\"keys\": [], \"colour\": 1}", "colour")]
    [InlineData("", "flowlake key create")]
    public async Task All_that_is_wrong_in_a_file_is_said(string content, string complaint)
    {
        await File.WriteAllTextAsync(Keys, content, Token);
        File.SetUnixFileMode(Keys, UnixFileMode.UserRead);
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => KeyFile.Read(Keys)).Message, StringComparison.Ordinal);
    }

    private static Task StatusAsync(ServeProcess served, string key, HttpStatusCode status) => ServeProcess.EventuallyAsync(async () =>
    {
        using var answer = await served.GetAsync(OData, key);
        return answer.StatusCode == status;
    });

    private static async Task IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string type, string challenge)
    {
        Assert.Equal((status, challenge), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(type, problem.RootElement.GetProperty("type").GetString());
    }

    private async Task<string> CreateAsync(params string[] options)
    {
        var made = await FlowLakeProgram.RunAsync(["key", "create", "--keys", Keys, "--name", "test", .. options]);
        Assert.True(made.ExitCode == 0, made.Error);
        return options.Contains("--json") ? JsonDocument.Parse(made.Output).RootElement.GetProperty("key").GetString()! : made.Output.Trim();
    }
}
