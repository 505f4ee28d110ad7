using System.Buffers.Binary;

namespace FlowLake.Infra;

/// <summary>The folder that is uploaded as the ingest function: its program <c>bootstrap</c> and everything beside it.</summary>
/// <param name="Folder">Full path of the folder.</param>
/// <param name="Processor">What the program was built for. The function follows it, so that the two cannot differ.</param>
public sealed record IngestAsset(string Folder, Processor Processor)
{
    /// <summary>Where eng/package-lambda.sh puts it, from the root of the checkout.</summary>
    public const string DefaultFolder = "artifacts/lambda";

    /// <summary>The name AWS Lambda starts on an operating-system-only runtime.</summary>
    public const string Program = "bootstrap";

    // Offset and values of e_machine: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
    private const int MachineOffset = 18;
    private const ushort MachineX64 = 62;
    private const ushort MachineArm64 = 183;
    private const string WayOut = "Run: make lambda";

    /// <summary>Looks at the folder.</summary>
    /// <exception cref="MissingAssetException">There is no program in it, or none that AWS Lambda could start.</exception>
    public static IngestAsset At(string folder)
    {
        var program = Path.Combine(folder, Program);
        if (!File.Exists(program))
            throw new MissingAssetException($"{program} is not there: the ingest function has not been packaged. {WayOut}");
        return new IngestAsset(folder, ProcessorOf(program));
    }

    private static Processor ProcessorOf(string program)
    {
        Span<byte> header = stackalloc byte[MachineOffset + sizeof(ushort)];
        using var file = File.OpenRead(program);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.StartsWith("\u007fELF"u8))
            throw new MissingAssetException($"{program} is not a Linux program. {WayOut}");
        return BinaryPrimitives.ReadUInt16LittleEndian(header[MachineOffset..]) switch
        {
            MachineX64 => Processor.X64,
            MachineArm64 => Processor.Arm64,
            var other => throw new MissingAssetException($"{program} was built for processor {other} of the ELF list; AWS Lambda has x86-64 and arm64. {WayOut}"),
        };
    }
}
