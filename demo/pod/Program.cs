using FlowLake.Demo.Pod;

return await PodProgram.RunAsync(args);
