using System.Globalization;
using System.Text;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Log.Tests;

/// <summary>Go's checksum-database code as a checker of our logs (tests/interop/go/log).</summary>
internal static class GoLog
{
    /// <summary>Checks a log with all its own inclusion proofs and consistency proofs from some sizes to the checkpoint's.</summary>
    /// <returns>What Go checked.</returns>
    public static string Check(
        TestLog test, TiledLog log, IEnumerable<ulong> indices, IEnumerable<ulong> oldSizes, IEnumerable<byte[]> oldCheckpoints)
    {
        StringBuilder lines = new();
        foreach (byte[] note in oldCheckpoints)
        {
            lines.Append("checkpoint ").AppendLine(Convert.ToBase64String(note));
        }

        foreach (ulong index in indices)
        {
            lines.Append(CultureInfo.InvariantCulture, $"inclusion {index} ").AppendLine(Join(log.GetProof(index)!.Path));
        }

        ulong size = log.Checkpoint.Size;
        foreach (ulong old in oldSizes)
        {
            lines.Append(CultureInfo.InvariantCulture, $"consistency {old} {size} ")
                .AppendLine(Join(log.GetConsistencyProof(old, size)!));
        }

        return Oracles.RunGo("log", lines.ToString(), test.PathOf("public"), log.VerifierKey.ToString());
    }

    private static string Join(IEnumerable<Digest32> hashes) =>
        string.Join(',', hashes.Select(hash => Convert.ToBase64String(hash.Bytes)));
}
