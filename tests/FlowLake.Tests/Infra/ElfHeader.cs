using System.Buffers.Binary;

namespace FlowLake.Tests.Infra;

/// <summary>The first bytes of a Linux program: enough to say which processor it is for.</summary>
internal static class ElfHeader
{
    public const ushort X64 = 62;
    public const ushort Arm64 = 183;

    public static void Write(string path, ushort machine)
    {
        var header = new byte[64];
        "\u007fELF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(18), machine);
        File.WriteAllBytes(path, header);
    }
}
