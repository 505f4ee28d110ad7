using System.Buffers.Text;
using System.Security.Cryptography;

namespace FlowLake.QueryApi.OData;

/// <summary>The secret that marks the links to further pages as this service's own.</summary>
internal sealed class ODataPageKey
{
    public const int SecretBytesMin = 32;

    private const int NameBytes = 6;
    private const int MarkBytes = 16;

    private readonly ReadOnlyMemory<byte> secret;

    // Tells links of another key from links that somebody changed, and nothing of the key itself.
    private readonly byte[] name;

    /// <exception cref="ArgumentException">The secret is shorter than <see cref="SecretBytesMin"/> bytes.</exception>
    public ODataPageKey(ReadOnlyMemory<byte> secret)
    {
        if (secret.Length < SecretBytesMin)
            throw new ArgumentException($"the secret for links to further pages has {secret.Length} bytes; give at least {SecretBytesMin}, as from: head -c {SecretBytesMin} /dev/urandom.");
        this.secret = secret;
        name = HMACSHA256.HashData(secret.Span, "name"u8)[..NameBytes];
    }

    /// <summary>For the workers, which sign and read links.</summary>
    public ReadOnlyMemory<byte> Secret => secret;

    /// <summary>A key of this process: its links end with it.</summary>
    public static ODataPageKey OfProcess() => new(RandomNumberGenerator.GetBytes(SecretBytesMin));

    /// <summary>The content with the key's name and mark, as text for a URL.</summary>
    public string Sign(ReadOnlySpan<byte> content) => Base64Url.EncodeToString([.. name, .. Mark(content), .. content]);

    /// <summary>The content that <see cref="Sign"/> was given.</summary>
    /// <exception cref="ODataFaultException">The text is no such text, was changed, or is of another key.</exception>
    public byte[] Open(string text)
    {
        byte[] all;
        try
        {
            all = Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw ODataFaultException.Bad("$skiptoken: use the @odata.nextLink of an answer as it is.");
        }

        if (all.Length < NameBytes + MarkBytes)
            throw ODataFaultException.Bad("$skiptoken: use the @odata.nextLink of an answer as it is.");
        var (whose, mark, content) = (all[..NameBytes], all[NameBytes..(NameBytes + MarkBytes)], all[(NameBytes + MarkBytes)..]);
        if (!CryptographicOperations.FixedTimeEquals(whose, name))
            throw ODataFaultException.Gone("$skiptoken: this link is not of this service, or of before it was started anew. Ask again from the first page.");
        return CryptographicOperations.FixedTimeEquals(mark, Mark(content)) ? content : throw ODataFaultException.Bad("$skiptoken was changed; use the @odata.nextLink of an answer as it is.");
    }

    private byte[] Mark(ReadOnlySpan<byte> content) => HMACSHA256.HashData(secret.Span, content)[..MarkBytes];
}
