using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FlowLake.QueryApi.Access;

/// <summary>A key as its owner has it: <c>flk_ID_SECRET</c>, 12 hexadecimal digits and 32 random bytes as base64url.</summary>
/// <remarks>
/// A secret of 256 random bits cannot be guessed from its hash however fast that is computed, so one SHA-256 is enough; a slow hash, as for passwords, would cost each request its time. The prefix
/// lets scanners for leaked secrets find a key.
/// </remarks>
internal static class KeyText
{
    private const string Prefix = "flk_";
    private const string HashPrefix = "sha256:";
    private const int IdLength = 12;
    private const int SecretBytes = 32;

    private static readonly int length = Prefix.Length + IdLength + 1 + Base64Url.GetEncodedLength(SecretBytes);

    /// <summary>A new key.</summary>
    public static (string Id, string Text) Create()
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>The id in a text that has the shape of a key; null in any other.</summary>
    public static string? IdOf(string text) =>
        text.Length == length && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdLength] == '_' && IsId(text.Substring(Prefix.Length, IdLength))
            ? text.Substring(Prefix.Length, IdLength)
            : null;

    public static bool IsId(string? text) => text is { Length: IdLength } && text.All(char.IsAsciiHexDigitLower);

    public static bool IsHash(string? text) =>
        text is not null && text.Length == HashPrefix.Length + (2 * SHA256.HashSizeInBytes) && text.StartsWith(HashPrefix, StringComparison.Ordinal) && text[HashPrefix.Length..].All(char.IsAsciiHexDigitLower);

    public static string HashOf(string text) => HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a text is the key of a hash; it takes as long for a wrong one.</summary>
    public static bool Matches(string text, string hash) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(text)), Encoding.ASCII.GetBytes(hash));
}
