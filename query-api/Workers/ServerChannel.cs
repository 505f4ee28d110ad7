using System.Text.Json;

namespace FlowLake.QueryApi.Workers;

/// <summary>A worker's way to its server: standard output and input, a line a message. The process ends when the server does.</summary>
/// <remarks>A worker has one question at a time, and a question asks one thing at a time, so an answer belongs to what was asked last.</remarks>
internal sealed class ServerChannel
{
    private readonly TextReader input;
    private readonly Stream output = Console.OpenStandardOutput();
    private readonly Lock asking = new();
    private TaskCompletionSource<ServerMessage> answered = new();

    /// <param name="input">What comes from the server, behind the settings.</param>
    public ServerChannel(TextReader input)
    {
        this.input = input;
        new Thread(Listen) { IsBackground = true, Name = "server" }.Start();
    }

    public void Tell(WorkerMessage message)
    {
        lock (output)
        {
            output.Write([.. JsonSerializer.SerializeToUtf8Bytes(message, WorkerJson.Relaxed.WorkerMessage), (byte)'\n']);
            output.Flush();
        }
    }

    /// <exception cref="InvalidOperationException">The server refuses: the question is over.</exception>
    public TAnswer Ask<TAnswer>(WorkerMessage message)
        where TAnswer : ServerMessage
    {
        lock (asking)
        {
            answered = new TaskCompletionSource<ServerMessage>();
            Tell(message);
            return answered.Task.GetAwaiter().GetResult() switch
            {
                { Refused: { } reason } => throw new InvalidOperationException(reason),
                TAnswer given => given,
                var other => throw new InvalidOperationException($"the server answers {message.GetType().Name} with {other.GetType().Name}"),
            };
        }
    }

    private void Listen()
    {
        while (input.ReadLine() is { } line)
            answered.TrySetResult(JsonSerializer.Deserialize(line, WorkerJson.Relaxed.ServerMessage)!);

        // Whatever the engine does just now, nobody waits for it.
        Environment.Exit(0);
    }
}
