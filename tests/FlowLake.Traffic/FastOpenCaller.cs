using System.Net;

namespace FlowLake.Traffic;

/// <summary>TCP fast open: the first bytes travel in the SYN.</summary>
internal static class FastOpenCaller
{
    internal static Moved Call(IPEndPoint server, int toServer, int toClient)
    {
        using var socket = new NativeSocket(NativeSocket.Tcp);
        byte[] all = [.. Conversation.Write(new Conversation.Head(Ending.ServerCloses, toServer, toClient, Exchanges: 1)), .. new byte[toServer]];
        socket.ConnectAndSend(server, all);
        socket.Receive(toClient);
        socket.ExpectEnd();
        return new Moved(all.Length, toClient);
    }
}
