using Assay.Chain;
using Assay.Evm;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Benchmarks;

/// <summary>
/// The account that signed a payment, from its signature: ours, beside libsecp256k1 where it is installed, which ends with the same
/// address or stops the run. One thread, by its processor time, in runs of 50; the two take turns.
/// </summary>
internal static class RecoveryTimings
{
    private const int Run = 50;

    public static void Measure(double seconds)
    {
        using EvmAccount account = EvmAccount.Generate();
        Digest32[] digests = [.. Enumerable.Range(0, Run).Select(i => Digest32.Sha256(BitConverter.GetBytes(i)))];
        EvmSignature[] signatures = [.. digests.Select(digest => account.Sign(digest))];
        byte[][] texts = [.. digests.Select(digest => digest.ToArray())], compact = [.. signatures.Select(signature => signature.ToArray()[..64])];
        for (int turn = 0; turn < 3; turn++)
        {
            Print("Assay, managed", seconds, () => Check(account, i => Secp256k1.Recover(digests[i], signatures[i])));
            if (LibSecp256k1.IsInstalled)
            {
                Print("libsecp256k1", seconds, () => Check(account, i => AddressOf(LibSecp256k1.Recover(texts[i], compact[i], signatures[i].V - 27)!)));
            }
        }

        Print("sign (framework, and recovery by trial)", seconds, () => Check(account, i => account.Sign(digests[i]) is { V: > 0 } ? account.Address : null));
    }

    private static EvmAddress AddressOf(byte[] key) => EvmAddress.From(Keccak256.HashData(key).Bytes[12..]);

    private static void Check(EvmAccount account, Func<int, EvmAddress?> recover)
    {
        for (int i = 0; i < Run; i++)
        {
            if (recover(i) != account.Address)
            {
                throw new InvalidOperationException("Another account was recovered.");
            }
        }
    }

    private static void Print(string name, double seconds, Action action)
    {
        (double best, double median) = ProverKernels.Measure(seconds, action);
        Console.WriteLine(FormattableString.Invariant($"{name,-40} {Run * 1e9 / best,8:0}/s [{Run * 1e9 / median:0}]"));
    }
}
