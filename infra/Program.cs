using Amazon.CDK;
using FlowLake.Infra;

try
{
    var asset = IngestAsset.At(Path.GetFullPath(IngestAsset.DefaultFolder));
    Interpreter.AcceptDistributionVersions();
    // The tree is not told to AWS, and no account or region is named: the same template goes into any of them.
    var app = new App(new AppProps { AnalyticsReporting = false, TreeMetadata = false });
    _ = new LakeStack(app, "FlowLake", asset);
    app.Synth();
    return 0;
}
catch (MissingAssetException missing)
{
    await Console.Error.WriteLineAsync($"synth: {missing.Message}");
    return 1;
}
