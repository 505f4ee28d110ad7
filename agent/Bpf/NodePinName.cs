using System.Security.Cryptography;
using System.Text;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// The name of a node's pins. The BPF file system takes no dots and the agent no long names, so a name that is not plain is changed and cut, and a hash of the whole
/// name follows: two nodes on one kernel never share pins, whatever they are called.
/// </summary>
internal static class NodePinName
{
    private const int LengthMax = 64;
    private const int HashBytes = 8;

    // In no plain name, so that a changed name is nobody's plain one.
    private const char Mark = '_';

    /// <summary>The node's name itself where it is at most 64 ASCII letters, digits and <c>-</c>.</summary>
    internal static string Of(string node)
    {
        if (node.Length <= LengthMax && node.All(IsPlain))
            return node;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node)).AsSpan(0, HashBytes));
        var begin = node.Take(LengthMax - 1 - hash.Length).Select(character => IsPlain(character) ? character : Mark);
        return $"{string.Concat(begin)}{Mark}{hash}";
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '-';
}
