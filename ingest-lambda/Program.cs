using System.Runtime.InteropServices;
using FlowLake.Ingest.Runtime;

// The entry as an AWS Lambda function, packaged as `bootstrap`. On a machine the same rounds are `flowlake ingest`.
if (Environment.GetEnvironmentVariable(LambdaRuntime.AddressVariable) is not { } runtimeApi)
{
    await Console.Error.WriteLineAsync($"ingest: {LambdaRuntime.AddressVariable} is not set, so this is no Lambda function. Run: flowlake ingest --help");
    return 2;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await LambdaProgram.RunAsync(runtimeApi, Environment.GetEnvironmentVariable, TimeProvider.System, stop.Token);
