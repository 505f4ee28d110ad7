using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A text that is read into the same memory again and again. Not safe for several threads.</summary>
internal sealed class TextBuffer
{
    // Grows only for what is longer than any name of the API; an object has a bound, and so has this.
    private char[] characters = new char[256];
    private int length;

    public bool IsEmpty => length == 0;

    public ReadOnlySpan<char> Text => characters.AsSpan(0, length);

    public void Clear() => length = 0;

    /// <summary>Takes the text the reader stands on; null is an empty one.</summary>
    /// <exception cref="InvalidOperationException">It stands on something else.</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        Clear();
        if (reader.TokenType == JsonTokenType.Null)
            return;
        Reserve(reader.ValueSpan.Length);
        length = reader.CopyString(characters);
    }

    public void Set(ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        text.CopyTo(characters);
        length = text.Length;
    }

    public override string ToString() => Text.ToString();

    private void Reserve(int most)
    {
        if (characters.Length < most)
            characters = new char[most];
    }
}
