using System.Net;

namespace FlowLake.Traffic;

/// <summary>Multipath TCP: the application's socket is none of TCP's, but has TCP connections, subflows, of its own.</summary>
internal static class MultipathTraffic
{
    /// <summary>Takes one connection, and answers with so many bytes once the caller has sent all of its own.</summary>
    internal static void Serve(IPEndPoint endPoint, int toServer, int toClient)
    {
        var listener = new NativeSocket(NativeSocket.MultipathTcp);
        listener.Listen(endPoint);
        new Thread(() =>
        {
            using (listener)
            using (var socket = listener.Accept())
            {
                socket.Receive(toServer);
                socket.ExpectEnd();
                socket.Send(new byte[toClient]);
            }
        })
        { IsBackground = true }.Start();
    }

    internal static Moved Call(IPEndPoint server, int toServer, int toClient)
    {
        using var socket = new NativeSocket(NativeSocket.MultipathTcp);
        socket.Connect(server);
        socket.Send(new byte[toServer]);
        socket.ShutdownSend();
        socket.Receive(toClient);
        socket.ExpectEnd();
        return new Moved(toServer, toClient);
    }
}
