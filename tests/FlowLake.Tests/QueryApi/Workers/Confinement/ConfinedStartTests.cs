using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FlowLake.QueryApi.Workers;
using FlowLake.QueryApi.Workers.Confinement;
using Xunit;

namespace FlowLake.Tests.QueryApi.Workers.Confinement;

/// <summary>A shell in a worker's place, confined exactly as a worker is but for the programs it may run: what it can do, and what it cannot.</summary>
public sealed class ConfinedStartTests : IDisposable
{
    private const string Secret = "canary-91c4e2";

    private readonly TemporaryFolder lake = new();
    private readonly TemporaryFolder elsewhere = new();
    private readonly TemporaryFolder own = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ConfinedStartTests()
    {
        File.WriteAllText(lake.File("data"), "rows");
        File.WriteAllText(elsewhere.File("secret"), Secret);
        if (User is { } user)
            Linux.Process.ChangeOwner(own.Path, user.Id, user.Group).OrThrow("give the folder away");
    }

    private static WorkerUser? User => Environment.IsPrivilegedProcess ? WorkerUser.Of(WorkerUser.Default) : null;

    public void Dispose()
    {
        lake.Dispose();
        elsewhere.Dispose();
        own.Dispose();
    }

    [Fact]
    public async Task What_a_worker_does_it_can()
    {
        Assert.Equal("rows", await SaysAsync($"cat {lake.File("data")}"));
        // A private folder is no obstacle, neither to opening nor to looking whether a file is there.
        Assert.Equal("there", await SaysAsync($"test -r {lake.File("data")} && echo there"));
        Assert.Equal("through", await SaysAsync("mkfifo pipe && (echo through > pipe &) && cat pipe && rm pipe"));
        if (User is { } user)
            Assert.Equal($"uid={user.Id}({WorkerUser.Default}) gid={user.Group} groups={user.Group}", (await SaysAsync("id")).Replace("(nogroup)", "", StringComparison.Ordinal).Replace($"uid={user.Id} ", $"uid={user.Id}({WorkerUser.Default}) ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("echo x > {lake}/new")]
    [InlineData("echo x >> {lake}/data")]
    [InlineData("mv {lake}/data {lake}/moved")]
    [InlineData("rm -f {lake}/data && test ! -e {lake}/data")]
    [InlineData("mkdir {lake}/folder")]
    [InlineData("ln -s /etc/passwd {lake}/link")]
    [InlineData("ln {lake}/data {own}/link")]
    [InlineData("truncate -s 0 {lake}/data")]
    [InlineData("chmod 777 {lake}/data")]
    [InlineData("touch {lake}/data")]
    [InlineData("mkfifo /tmp/flowlake-tests-pipe")]
    [InlineData("mkdir /tmp/flowlake-tests-folder")]
    [InlineData("mkdir {own}/folder")]
    [InlineData("ls /tmp")]
    [InlineData("cat {elsewhere}/secret")]
    [InlineData("cat {lake}/../$(basename {elsewhere})/secret")]
    [InlineData("ln -s {elsewhere}/secret {own}/way; cat {own}/way")]
    [InlineData("cat /etc/shadow")]
    [InlineData("cat /etc/passwd")]
    [InlineData("cat /proc/{server}/environ")]
    [InlineData("cat /proc/{server}/cmdline")]
    [InlineData("cat /proc/1/status")]
    [InlineData("ls /proc")]
    [InlineData("kill -0 {server}")]
    [InlineData("exec 3<>/dev/tcp/127.0.0.1/{port}")]
    [InlineData("exec 3<>/dev/udp/127.0.0.1/{port}")]
    [InlineData("exec 3<>/dev/udp/::1/{port}")]
    [InlineData("unshare --user true")]
    [InlineData("unshare --user --map-root-user --net true")]
    [InlineData("unshare --mount true")]
    [InlineData("nsenter --target {server} --user true")]
    public async Task What_a_worker_has_no_need_of_it_cannot(string deed)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var filled = deed
            .Replace("{lake}", lake.Path, StringComparison.Ordinal).Replace("{elsewhere}", elsewhere.Path, StringComparison.Ordinal).Replace("{own}", own.Path, StringComparison.Ordinal)
            .Replace("{server}", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{port}", ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var (code, output, error) = await RunAsync(filled);
        Assert.True(code != 0, $"{filled} was done: {output}");
        Assert.True(error.Contains("ermission denied", StringComparison.Ordinal) || error.Contains("not permitted", StringComparison.Ordinal) || error.Contains("cross-device", StringComparison.Ordinal), $"{filled} failed for another reason: {error}");
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);
        Assert.Equal("rows", await File.ReadAllTextAsync(lake.File("data"), Token));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task No_file_grows_and_memory_ends_where_it_is_said()
    {
        var (written, _, _) = await RunAsync("(echo x > file); test -s file");
        Assert.NotEqual(0, written);
        var fits = await RunAsync("printf -v x '%*s' 50000000 '' && echo ${#x}");
        Assert.Equal((0, "50000000"), (fits.Code, fits.Output));
        var (code, output, _) = await RunAsync("printf -v x '%*s' 2000000000 '' && echo ${#x}");
        Assert.NotEqual(0, code);
        Assert.Equal("", output);
    }

    [Fact]
    public async Task Its_environment_is_what_it_is_given_and_no_right_comes_back()
    {
        var names = (await SaysAsync("env")).Split('\n').Select(line => line[..line.IndexOf('=', StringComparison.Ordinal)]).Where(name => name is not ("PWD" or "SHLVL" or "_")).ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(name is "HOME" or "TMPDIR" || name.StartsWith("DOTNET_", StringComparison.Ordinal), name));
        var status = await SaysAsync("cat /proc/self/status", readable: "/proc");
        Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
        // CAP_DAC_READ_SEARCH at most, which Landlock bounds.
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" }.Where(set => User is not null || set != "CapBnd"))
            Assert.Matches($"\n{set}:\t000000000000000[04]\n", status);
    }

    [Fact]
    public async Task Without_a_description_it_says_whose_part_it_is()
    {
        using var process = Process.Start(WorkerProgram.FirstStage(own.Path))!;
        process.StandardInput.Close();
        Assert.Contains("part of flowlake serve", await process.StandardError.ReadToEndAsync(Token), StringComparison.Ordinal);
        await process.WaitForExitAsync(Token);
        Assert.Equal(1, process.ExitCode);
    }

    private async Task<string> SaysAsync(string deed, string? readable = null)
    {
        var (code, output, error) = await RunAsync(deed, readable);
        Assert.True(code == 0, $"{deed}: {error}");
        return output;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string deed, string? readable = null)
    {
        var settings = new WorkerSettings(own.File("s"), own.Path, [lake.Path], EngineBytesMax: 1, PageKey: default);
        var worker = WorkerProgram.Confined(settings, memoryBytesMax: 512 << 20, User);
        var shell = worker with
        {
            Program = "/bin/bash",
            Arguments = ["-c", deed],
            Executable = [.. worker.Executable, "/bin", "/usr/bin"],
            Readable = readable is null ? worker.Readable : [.. worker.Readable, readable],
        };
        using var process = Process.Start(WorkerProgram.FirstStage(own.Path))!;
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(shell, ConfinementJson.Default.ConfinedProgram));
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, (await output).TrimEnd('\n'), await error);
    }
}
