using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Assay.Benchmarks;

/// <summary><c>compare [seconds]</c>: the engine beside ONNX Runtime; <c>kernels [seconds]</c>: the
/// prover's commitments and sums; <c>lookups [seconds]</c>: its field kernels and lookups; <c>attest [seconds]</c>: verifying real evidence; <c>recover [seconds]</c>: payers from their signatures; anything else goes to BenchmarkDotNet (<c>--filter *</c>).</summary>
internal static class Program
{
    private static void Main(string[] arguments)
    {
        if (arguments is ["compare", ..])
        {
            double seconds = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 2;
            Comparison.Run(TimeSpan.FromSeconds(seconds));
            return;
        }

        if (arguments is ["kernels", ..])
        {
            ProverKernels.Run(arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 0.3);
            return;
        }

        if (arguments is ["lookups", ..])
        {
            ProverKernels.RunLookups(arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 0.5);
            return;
        }

        if (arguments is ["attest", ..])
        {
            AttestationTimings.Run(arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 1);
            return;
        }

        if (arguments is ["recover", ..])
        {
            RecoveryTimings.Measure(arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 1);
            return;
        }

        // In this process: the generated projects of this version don't know the target framework.
        IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments, config);
    }
}
