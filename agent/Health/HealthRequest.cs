using System.Text;

namespace FlowLake.Agent.Health;

/// <summary>The little of HTTP/1.1 that scrapers and probes need.</summary>
internal static class HealthRequest
{
    /// <summary>The bytes that answer a request.</summary>
    /// <param name="head">Its head, without the empty line that ends it; empty when it was too long.</param>
    /// <param name="answer">The answer to a path without its query.</param>
    public static byte[] Answer(string head, Func<string, HealthAnswer> answer)
    {
        if (head.Length == 0)
            return Bytes(new("431 Request Header Fields Too Large", "The request is too long.\n"));
        var end = head.IndexOf('\r', StringComparison.Ordinal);
        var words = (end < 0 ? head : head[..end]).Split(' ');
        if (words is not [var method, ['/', ..] target, "HTTP/1.0" or "HTTP/1.1"])
            return Bytes(new("400 Bad Request", "This is no HTTP/1.1 request for a path.\n"));
        if (method != "GET")
            return Bytes(new("405 Method Not Allowed", "Only GET is answered.\n"), "Allow: GET\r\n");
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return Bytes(answer(query < 0 ? target : target[..query]));
    }

    private static byte[] Bytes(HealthAnswer answer, string more = "")
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var head = $"HTTP/1.1 {answer.Status}\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{more}Connection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
