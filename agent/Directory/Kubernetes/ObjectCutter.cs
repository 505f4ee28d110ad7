using System.Buffers;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Cuts the objects out of a stream of JSON without holding more of it than one: the items of a list, or the events of a watch.</summary>
/// <remarks>
/// It only tells strings from brackets; that an object is JSON is for its reader to find. What stands outside of the objects, a list's metadata, is
/// kept as <see cref="Envelope"/>, with its white space and the commas between the items left out.
/// </remarks>
/// <param name="depth">In how many brackets the objects stand: 0 for the events of a watch, 2 for the items of a list.</param>
/// <param name="bytesMax">Longest object kept.</param>
internal sealed class ObjectCutter(int depth, int bytesMax)
{
    private readonly ArrayBufferWriter<byte> current = new(4096);
    private readonly ArrayBufferWriter<byte> envelope = new(1024);
    private int open;
    private bool inString;
    private bool afterBackslash;
    private bool isCut;

    // At the top everything is an object wanted; further in only what stands in the array there, a list's items.
    private bool isInside = depth == 0;

    /// <summary>Objects that were longer than the bound, and left out.</summary>
    public long TooLong { get; private set; }

    /// <summary>What stands around the objects; only its first part where it is longer than an object may be.</summary>
    public ReadOnlySpan<byte> Envelope => envelope.WrittenSpan;

    /// <summary>True between objects and outside of all brackets: a stream that ends elsewhere was cut short.</summary>
    public bool IsWhole => open == 0 && !inString;

    /// <summary>Takes the next bytes, and hands over each object that ends in them.</summary>
    public void Take(ReadOnlySpan<byte> bytes, Action<ReadOnlyMemory<byte>> found)
    {
        foreach (var one in bytes)
        {
            if (inString)
            {
                Keep(one);
                inString = afterBackslash || one != '"';
                afterBackslash = !afterBackslash && one == '\\';
                continue;
            }

            switch ((char)one)
            {
                case '{' or '[':
                    Keep(one, starts: isInside && one == '{' && open == depth);
                    open++;
                    isInside |= open == depth && one == '[';
                    break;
                case '}' or ']':
                    isInside &= depth == 0 || open > depth;
                    Keep(one);
                    open--;
                    if (isInside && open == depth && one == '}')
                        Finish(found);
                    break;
                case ',' when isInside && open == depth:
                case ' ' or '\t' or '\r' or '\n' when !isInside || open <= depth:
                    break;
                default:
                    inString = one == '"';
                    Keep(one);
                    break;
            }
        }
    }

    private void Keep(byte one, bool starts = false)
    {
        var target = isInside && (open > depth || starts) ? current : envelope;
        if (target.WrittenCount >= bytesMax)
        {
            isCut |= target == current;
            return;
        }

        target.GetSpan(1)[0] = one;
        target.Advance(1);
    }

    private void Finish(Action<ReadOnlyMemory<byte>> found)
    {
        if (isCut)
            TooLong++;
        else
            found(current.WrittenMemory);
        isCut = false;
        current.ResetWrittenCount();
    }
}
