using FlowLake.Infra;
using Xunit;

namespace FlowLake.Tests.Infra;

public sealed class IngestAssetTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flowlake-asset-");

    private string Program => Path.Combine(folder.FullName, IngestAsset.Program);

    [Theory]
    [InlineData(ElfHeader.X64, Processor.X64)]
    [InlineData(ElfHeader.Arm64, Processor.Arm64)]
    public void The_processor_is_the_one_the_program_was_built_for(ushort machine, Processor expected)
    {
        ElfHeader.Write(Program, machine);
        Assert.Equal(expected, IngestAsset.At(folder.FullName).Processor);
    }

    [Fact]
    public void A_processor_that_lambda_lacks_is_refused_by_its_number()
    {
        ElfHeader.Write(Program, 243);
        Assert.Contains("processor 243", Assert.Throws<MissingAssetException>(() => IngestAsset.At(folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#!/bin/sh\nexec something else entirely\n")]
    public void What_is_no_program_is_refused(string content)
    {
        File.WriteAllText(Program, content);
        Assert.Contains("not a Linux program", Assert.Throws<MissingAssetException>(() => IngestAsset.At(folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Synthesis_without_the_packaged_function_says_what_to_run()
    {
        var (exitCode, said) = SynthesisedStack.Run(folder.FullName);
        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"synth: {Path.Combine(folder.FullName, IngestAsset.DefaultFolder, IngestAsset.Program)} is not there: the ingest function has not been packaged. Run: make lambda",
            said.Trim());
    }

    public void Dispose() => folder.Delete(recursive: true);
}
