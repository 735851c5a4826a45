using Assay.Log.Tests.Crash;

// The tests are run by the test host; started as a program, this assembly is the process that they kill.
return args is ["crash-child", string folder] ? await CrashChild.RunAsync(folder) : 64;
