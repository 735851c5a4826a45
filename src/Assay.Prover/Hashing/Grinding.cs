using Assay.Proofs.Transcripts;

namespace Assay.Prover.Hashing;

/// <summary>Proof of work in the transcript.</summary>
internal static class Grinding
{
    /// <summary>Finds and sends the smallest nonce, many at a time (spec/proof-system.md, section 2).</summary>
    public static void Grind(ProverChannel channel, string label, int bits) =>
        channel.SendNonce(label, bits == 0 ? 0 : WideBlake3.SmallestNonce(channel.Transcript.GrindingMessage(label), bits));
}
