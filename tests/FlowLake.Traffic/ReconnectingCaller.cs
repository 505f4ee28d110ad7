using System.Net;

namespace FlowLake.Traffic;

/// <summary>One socket that connects, talks, disconnects, and does it all again.</summary>
internal static class ReconnectingCaller
{
    internal static Moved Call(IPEndPoint server, int toServer, int toClient)
    {
        using var socket = new NativeSocket(NativeSocket.Tcp);
        return Once() + Once();

        Moved Once()
        {
            socket.Connect(server);
            // The server closes first, so nothing is under way when we disconnect.
            var head = Conversation.Write(new Conversation.Head(Ending.ServerCloses, toServer, toClient, Exchanges: 1));
            byte[] all = [.. head, .. new byte[toServer]];
            socket.Send(all);
            socket.Receive(toClient);
            socket.ExpectEnd();
            socket.Disconnect();
            return new Moved(all.Length, toClient);
        }
    }
}
