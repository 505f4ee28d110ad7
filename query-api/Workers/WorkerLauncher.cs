using System.Collections.Concurrent;
using System.Diagnostics;

namespace FlowLake.QueryApi.Workers;

/// <summary>Starts processes on a thread of its own, which lives as long as this does: the kernel ends a worker with the thread that started it, and threads of the pool come and go.</summary>
internal sealed class WorkerLauncher : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> asked = [];

    public WorkerLauncher() => new Thread(Launch) { IsBackground = true, Name = "worker launcher" }.Start();

    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked.Add((start, started));
        return started.Task;
    }

    /// <summary>Ends the thread, and with it all it started.</summary>
    public void Dispose() => asked.CompleteAdding();

    private void Launch()
    {
        foreach (var (start, started) in asked.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
            {
                started.SetException(exception);
            }
        }
    }
}
