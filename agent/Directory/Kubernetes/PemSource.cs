namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A token, certificate or key: a text that stays, or a file that is read whenever it is used, since it rotates.</summary>
internal sealed class PemSource
{
    private readonly string? text;
    private readonly string? file;

    private PemSource(string? text, string? file) => (this.text, this.file) = (text, file);

    public static PemSource OfText(string text) => new(text, null);

    public static PemSource OfFile(string file) => new(null, file);

    /// <exception cref="IOException">The file cannot be read.</exception>
    public string Read() => text ?? File.ReadAllText(file!);

    // A secret is not to appear in a log by a record's own text.
    public override string ToString() => file ?? "(inline)";
}
