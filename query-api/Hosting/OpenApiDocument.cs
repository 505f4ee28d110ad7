namespace FlowLake.QueryApi.Hosting;

/// <summary>The document at <c>/openapi.json</c>: a file of this folder, which a test holds against the endpoints.</summary>
internal static class OpenApiDocument
{
    public static ReadOnlyMemory<byte> Content { get; } = Read();

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json") ?? throw new InvalidOperationException("the program was built without openapi.json");
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}
