using Assay.Programs;
using Assay.Prover.Registration;
using Assay.Prover.Simd;
using Assay.Testing;

namespace Assay.Prover.Tests.Proving;

/// <summary>The bytes of some whole proofs, made with the kernels of one path.</summary>
internal static class ProofDigest
{
    private const int Proofs = 6;

    public static byte[] Of(VectorPath path)
    {
        List<byte> bytes = [];
        for (int seed = 0, made = 0; made < Proofs; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.GenerateWide(seed);
            if (ChoiceCompiler.Compile(model, out _) is not { } choices || choices.Circuit.Columns.Sum(static c => c.Dims.Aggregate(1L, static (a, b) => a * b)) > 10_000)
            {
                continue;
            }

            using ProvingKey key = ProvingKey.Create(model, choices, 1 + (made % 2), out _)!;
            using ModelProver prover = new(key, new ModelProverOptions { Threads = 2 - (made % 2), Path = path });
            bytes.AddRange(prover.Prove(inputs.SelectMany(static input => input).ToArray()).Bytes.Span);
            made++;
        }

        return [.. bytes];
    }
}
