using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>
/// The three ways a pod on AWS gets its credentials, by the real command in a process that has no others. Each lists the inbox of a real S3 server, which refuses a
/// signature by another key.
/// </summary>
[Collection(S3ServerCollection.Name)]
public sealed class S3CredentialTests(S3ServerFixture server)
{
    private const string FirstToken = "first-token-of-the-pod";
    private const string SecondToken = "second-token-of-the-pod";

    public enum Source
    {
        InstanceProfile,
        WebIdentity,
        PodIdentity,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Source.InstanceProfile)]
    [InlineData(Source.WebIdentity)]
    [InlineData(Source.PodIdentity)]
    public async Task Credentials_open_the_store_and_stand_in_no_log(Source source)
    {
        await using var services = new CredentialStandIn();
        using var folder = new TemporaryFolder();
        var (exitCode, said) = await IngestAsync(source, services, folder.Path);
        Assert.True(exitCode == 0, said);
        Assert.NotEmpty(services.Tokens);
        Assert.DoesNotContain("flowlakesecret", said, StringComparison.Ordinal);
        Assert.All(services.Tokens, token => Assert.DoesNotContain(token, said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Source.InstanceProfile)]
    [InlineData(Source.WebIdentity)]
    [InlineData(Source.PodIdentity)]
    public async Task The_server_refuses_what_another_key_signed_and_the_key_stands_in_no_log(Source source)
    {
        await using var services = new CredentialStandIn { Secret = "another-secret" };
        using var folder = new TemporaryFolder();
        var (exitCode, said) = await IngestAsync(source, services, folder.Path);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("another-secret", said, StringComparison.Ordinal);
        Assert.All(services.Tokens, token => Assert.DoesNotContain(token, said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Source.WebIdentity)]
    [InlineData(Source.PodIdentity)]
    public async Task A_token_that_was_rotated_is_read_anew(Source source)
    {
        await using var services = new CredentialStandIn();
        using var folder = new TemporaryFolder();
        using var process = await StartAsync(source, services, folder.Path, "--follow");
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        try
        {
            await SeenAsync(FirstToken);
            await File.WriteAllTextAsync(TokenFile(folder.Path), SecondToken, Token);
            await SeenAsync(SecondToken);
        }
        finally
        {
            process.Kill();
        }

        Assert.DoesNotContain(SecondToken, string.Concat(await said), StringComparison.Ordinal);

        async Task SeenAsync(string token)
        {
            while (!services.Tokens.Contains(token))
            {
                Assert.False(process.HasExited);
                await Task.Delay(50, Token);
            }
        }
    }

    private static string TokenFile(string folder) => Path.Combine(folder, "token");

    private async Task<(int ExitCode, string Said)> IngestAsync(Source source, CredentialStandIn services, string folder)
    {
        using var process = await StartAsync(source, services, folder);
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, string.Concat(said));
    }

    private async Task<Process> StartAsync(Source source, CredentialStandIn services, string folder, params string[] more)
    {
        await File.WriteAllTextAsync(TokenFile(folder), FirstToken, Token);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "flowlake"), ["ingest", "--lake", await server.CreateLakeAsync(), "--work-folder", Path.Combine(folder, "work"), .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in Variables(source, services.Address, TokenFile(folder)))
            start.Environment[name] = value;
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Process.Start(start)!;
    }

    /// <summary>The environment as AWS' webhooks make it in a pod.</summary>
    private static (string Name, string Value)[] Variables(Source source, Uri services, string tokenFile) => source switch
    {
        Source.InstanceProfile => [("AWS_EC2_METADATA_SERVICE_ENDPOINT", services.AbsoluteUri.TrimEnd('/'))],
        Source.WebIdentity =>
        [
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/flowlake-agent"), ("AWS_WEB_IDENTITY_TOKEN_FILE", tokenFile), ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL_STS", services.AbsoluteUri), ("AWS_EC2_METADATA_DISABLED", "true"),
        ],
        _ =>
        [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", $"{services}v1/credentials"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", tokenFile), ("AWS_EC2_METADATA_DISABLED", "true"),
        ],
    };
}
