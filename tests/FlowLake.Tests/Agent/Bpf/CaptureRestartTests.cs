using System.Runtime.InteropServices;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Bpf.Interop;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>An agent that dies, at whatever moment: its kernel half goes on, and nothing is counted twice or not at all.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureRestartTests : IDisposable
{
    private const int Port = 7000;

    private readonly KernelLab lab = new();

    private CaptureOptions Options => lab.OptionsFor(lab.First);

    private string PinsOf => Path.Combine(lab.BpfPath, "flowlake", Options.PinName);

    public void Dispose() => lab.Dispose();

    [Fact]
    public void Closing_a_capture_twice_touches_nothing_that_others_made_since()
    {
        var capture = FlowCapture.Open(Options);
        capture.Dispose();
        // The runtime gives a freed handle's place to whoever asks next, its own exceptions included.
        GCHandle[] handles = [.. Enumerable.Range(0, 64).Select(number => GCHandle.Alloc($"{number}"))];

        capture.Dispose();

        Assert.Equal(Enumerable.Range(0, handles.Length).Select(number => $"{number}"), handles.Select(handle => (string?)handle.Target));
        Array.ForEach(handles, handle => handle.Free());
    }

    [Fact]
    public async Task What_passes_while_no_agent_lives_is_found_by_the_next()
    {
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        callee.Do($"udp-serve {lab.Second.IPv4} {Port + 1}");
        var first = FlowCapture.Open(Options);
        var set = first.PinSetId;
        Assert.False(first.TookOver);
        var longConnection = caller.DoAsync($"tcp-stream {lab.Second.IPv4} {Port} 2000 1");
        first.Dispose();
        var streamed = await longConnection;
        var called = caller.Do($"tcp-call {lab.Second.IPv4} {Port} 100 4 2");
        var udp = caller.Do($"udp-call {lab.Second.IPv4} {Port + 1} 50 3");

        var second = lab.Capture(Options);

        Assert.True(second.TookOver);
        Assert.Equal(set, second.PinSetId);
        Assert.Empty(second.PendingDrains);
        var tally = new Tally();
        tally.CollectUntil(second, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == 101);
        Assert.Equal(new AppBytes(streamed.Sent + called.Sent, streamed.Received + called.Received), tally.Payload(Protocols.Tcp));
        Assert.Equal(udp, tally.Payload(Protocols.Udp));
    }

    [Fact]
    public void A_drain_that_was_not_cleared_is_offered_again_exactly_once()
    {
        var caller = lab.PodOn(lab.First);
        var dead = FlowCapture.Open(Options);
        var before = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 600 10");
        var drained = dead.Drain();
        var after = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 600 20");
        dead.Dispose();

        var next = FlowCapture.Open(Options);
        var pending = Assert.Single(next.PendingDrains);
        Assert.Equal((drained.PinSetId, drained.Epoch), (pending.PinSetId, pending.Epoch));
        Assert.Equal(Rows(drained), Rows(pending));
        Assert.Equal(drained.Epoch, next.Drain().Epoch); // not cleared yet: the same again
        next.Clear(pending);
        next.Clear(pending);
        Assert.Empty(next.PendingDrains);
        next.Dispose();

        var last = lab.Capture(Options);
        Assert.Empty(last.PendingDrains);
        var tally = new Tally();
        tally.Add(pending);
        tally.Collect(last);
        Assert.Equal(before.Sent + after.Sent, tally.Payload(Protocols.Udp).Sent);
    }

    [Fact]
    public void A_death_between_the_mark_and_the_emptying_is_finished_by_the_next()
    {
        var dead = FlowCapture.Open(Options);
        lab.PodOn(lab.First).Do($"udp-scatter {lab.Second.IPv4} 8000 10 10");
        var drained = dead.Drain();
        dead.Dispose();
        ChangeControl(values => values with { Cleared = drained.Epoch });

        var next = lab.Capture(Options);

        Assert.Empty(next.PendingDrains);
        Assert.Empty(next.Drain().Flows);
    }

    [Fact]
    public void A_death_between_the_number_and_the_swap_is_finished_by_the_next()
    {
        var dead = FlowCapture.Open(Options);
        var caller = lab.PodOn(lab.First);
        var before = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 10");
        dead.Dispose();
        ChangeControl(values => values with { Epoch = values.Epoch + 1 });

        var next = lab.Capture(Options);
        var pending = Assert.Single(next.PendingDrains);
        var after = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 20");

        var tally = new Tally();
        tally.Add(pending);
        Assert.Equal(before.Sent, tally.Payload(Protocols.Udp).Sent);
        next.Clear(pending);
        tally.Collect(next);
        Assert.Equal(before.Sent + after.Sent, tally.Payload(Protocols.Udp).Sent);
    }

    [Fact]
    public void Pins_of_another_layout_are_drained_and_replaced()
    {
        var caller = lab.PodOn(lab.First);
        var old = FlowCapture.Open(Options with { FlowCapacity = 1000 });
        var first = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 10");
        old.Drain();
        var second = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 20");
        var set = old.PinSetId;
        old.Dispose();

        var replacing = FlowCapture.Open(Options);
        Assert.False(replacing.TookOver);
        Assert.NotEqual(set, replacing.PinSetId);
        replacing.Dispose();
        var current = lab.Capture(Options);
        var third = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 40");

        var pending = current.PendingDrains;
        Assert.Equal([(set, 1L), (set, 2L)], pending.Select(drain => (drain.PinSetId, drain.Epoch)));
        var tally = new Tally();
        foreach (var drain in pending)
        {
            tally.Add(drain);
            current.Clear(drain);
        }
        Assert.Empty(current.PendingDrains);
        Assert.Single(System.IO.Directory.GetDirectories(PinsOf));
        tally.Collect(current);
        Assert.Equal(first.Sent + second.Sent + third.Sent, tally.Payload(Protocols.Udp).Sent);
    }

    [Fact]
    public void Connections_that_outlive_pins_of_another_layout_are_counted_by_both_sets_each_byte_once()
    {
        const int connections = 10;
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        var old = FlowCapture.Open(Options with { FlowCapacity = 1000 });
        caller.Do($"tcp-hold {lab.Second.IPv4} {Port} {connections} 1");
        old.Dispose();

        var current = lab.Capture(Options);
        Assert.Equal((false, 0, connections), (current.TookOver, current.DiscardedPinSets, current.Adopted));
        var tally = new Tally();
        foreach (var drain in current.PendingDrains.ToArray())
        {
            tally.Add(drain);
            current.Clear(drain);
        }
        var called = caller.Do($"tcp-resume {lab.Second.IPv4} {Port}");

        tally.CollectUntil(current, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == connections);
        var sum = tally.Sum(Protocols.Tcp);
        Assert.Equal((connections, connections), (sum.ConnectionsOpened, sum.ConnectionsClosed));
        Assert.Equal(called, tally.Payload(Protocols.Tcp));
        Assert.Equal(0, current.Losses.Untagged);
    }

    [Fact]
    public void A_cgroup_removed_and_made_again_is_attached_anew()
    {
        var root = Path.Combine(lab.First.Cgroup, "again");
        System.IO.Directory.CreateDirectory(root);
        var options = Options with { CgroupRoot = root };
        FlowCapture.Open(options).Dispose();
        System.IO.Directory.Delete(root);
        System.IO.Directory.CreateDirectory(root);
        var next = lab.Capture(options);

        long sent;
        using (var pod = new TrafficPod(root, lab.First.Namespace))
            sent = pod.Do($"udp-scatter {lab.Second.IPv4} 8000 10 10").Sent;

        var tally = new Tally();
        tally.Collect(next);
        Assert.Equal(sent, tally.Payload(Protocols.Udp).Sent);
        Assert.True(next.TookOver);
        System.IO.Directory.Delete(root);
    }

    [Fact]
    public void Udp_can_be_switched_off_and_on_when_an_agent_takes_over()
    {
        var caller = lab.PodOn(lab.First);
        FlowCapture.Open(Options).Dispose();
        FlowCapture.Open(Options with { Udp = false }).Dispose();
        caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 10");
        var last = lab.Capture(Options);
        Assert.True(last.TookOver);
        var counted = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 10");

        var tally = new Tally();
        tally.Collect(last);
        Assert.Equal(counted.Sent, tally.Payload(Protocols.Udp).Sent);
    }

    [Fact]
    public void Without_an_agent_for_too_long_counting_stops_and_says_so()
    {
        var options = Options with { Silence = TimeSpan.FromSeconds(1) };
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        FlowCapture.Open(options, new LongAgo()).Dispose();
        var udp = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 10");
        var tcp = caller.Do($"tcp-call {lab.Second.IPv4} {Port} 5 1 1");

        var next = lab.Capture(options);
        var counted = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 20");
        next.Beat();

        var tally = new Tally();
        tally.Collect(next);
        Assert.Equal(counted.Sent, tally.Payload(Protocols.Udp).Sent);
        Assert.Equal(10 + 5, next.Losses.Stopped);
        Assert.Equal(udp.Sent + tcp.Sent + tcp.Received, next.Losses.StoppedBytes);
    }

    [Fact]
    public void Two_agents_cannot_share_pins()
    {
        lab.Capture(Options);

        var refusal = Assert.Throws<BpfException>(() => FlowCapture.Open(Options));

        Assert.Contains("another agent uses the pins", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_leaves_no_pin_and_no_program()
    {
        FlowCapture.Open(Options with { FlowCapacity = 1000 }).Dispose();
        var capture = FlowCapture.Open(Options);
        var programs = System.IO.Directory.GetFiles(lab.BpfPath, "link_*", SearchOption.AllDirectories).Select(BpfLink.ProgramOf).ToArray();
        Assert.Equal(PinNames.Programs.Length, programs.Length);

        capture.Remove();

        Assert.Empty(System.IO.Directory.GetDirectories(lab.BpfPath)); // the kernel keeps two files of its own there
        Assert.True(SpinWait.SpinUntil(() => !programs.Any(BpfLink.ProgramExists), TimeSpan.FromSeconds(30)), "a program lives on");
        Assert.False(FlowCapture.Remove(Options));
    }

    [Fact]
    public void What_a_dead_agent_left_can_be_removed_without_it()
    {
        FlowCapture.Open(Options).Dispose();

        Assert.True(FlowCapture.Remove(Options));

        Assert.Empty(System.IO.Directory.GetDirectories(lab.BpfPath)); // the kernel keeps two files of its own there
    }

    private void ChangeControl(Func<PinnedControl, PinnedControl> change)
    {
        var pin = System.IO.Directory.GetFiles(PinsOf, PinNames.Control, SearchOption.AllDirectories).Single();
        using var control = BpfMap<uint, PinnedControl>.Open(pin);
        control.Set(0, change(control.Find(0)!.Value));
    }

    private static IEnumerable<(FlowKey, long)> Rows(CaptureDrain drain) =>
        drain.Flows.Select(entry => (entry.Key, entry.Counters.PayloadOut)).OrderBy(row => row.Key.ServerPort);

    private sealed class LongAgo : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
