using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using FlowLake.QueryApi.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace FlowLake.QueryApi.Workers;

/// <summary>From a client's request to a worker's, and from its answer to the client's. Only headers that are named here go through.</summary>
internal static class QuestionForwarder
{
    /// <summary>Bytes of an answer handed on at once.</summary>
    private const int PieceBytes = 128 << 10;

    /// <summary>How long the first bytes wait for the last: an answer of one piece then goes out whole, and one whose time is over before becomes a refusal and no cut connection.</summary>
    private static readonly TimeSpan firstWait = TimeSpan.FromMilliseconds(100);

    private static readonly string[] asked = ["Accept", "Prefer", "OData-Version", "OData-MaxVersion"];

    private static readonly string[] answered = ["OData-Version", "Preference-Applied", "Retry-After", QueryHeaders.Version, QueryHeaders.Behind, QueryHeaders.Limit];

    public static HttpRequestMessage Request(HttpContext context, ForwardedQuestion question, byte[]? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), Address(context));
        if (context.Request.Host.HasValue)
            request.Headers.Host = context.Request.Host.Value;
        request.Headers.TryAddWithoutValidation(ForwardedQuestion.Header, question.ToString());
        foreach (var name in asked)
        {
            if (context.Request.Headers.TryGetValue(name, out var values))
                request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (context.Request.ContentType is { } type)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return request;
    }

    /// <exception cref="IOException">The worker is gone, or has cut its answer.</exception>
    public static async Task AnswerAsync(HttpResponseMessage answer, HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)answer.StatusCode;
        response.ContentType = answer.Content.Headers.ContentType is null ? null : answer.Content.Headers.NonValidated["Content-Type"].ToString();
        response.ContentLength = answer.Content.Headers.ContentLength;
        if (answer.StatusCode == HttpStatusCode.MethodNotAllowed)
            response.Headers.Allow = answer.Content.Headers.Allow.ToArray();
        foreach (var name in answered)
        {
            if (answer.Headers.NonValidated.TryGetValues(name, out var values))
                response.Headers[name] = values.ToArray();
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await CopyAsync(body, response.BodyWriter, cancellationToken);
    }

    private static async Task CopyAsync(Stream body, PipeWriter output, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var (waiting, begun) = (0, false);
            while (true)
            {
                var reading = body.ReadAsync(piece, cancellationToken).AsTask();
                if (waiting >= PieceBytes || (waiting > 0 && !reading.IsCompleted && (begun || await Task.WhenAny(reading, Task.Delay(firstWait, cancellationToken)) != reading)))
                {
                    await output.FlushAsync(cancellationToken);
                    (waiting, begun) = (0, true);
                }

                int read;
                try
                {
                    read = await reading;
                }
                catch (IOException) when (waiting > 0)
                {
                    // It was cut behind these: what has begun cannot become a refusal.
                    await output.FlushAsync(cancellationToken);
                    throw;
                }

                if (read == 0)
                    return;
                piece.AsSpan(0, read).CopyTo(output.GetSpan(read));
                output.Advance(read);
                waiting += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    // As it was sent: what is escaped in it, and how, is the worker's to read.
    private static Uri Address(HttpContext context)
    {
        var sent = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var target = sent.StartsWith('/') ? sent : context.Request.GetEncodedPathAndQuery();
        return new Uri("http://worker" + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
