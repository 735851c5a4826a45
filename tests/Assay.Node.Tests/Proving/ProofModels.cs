using Assay.Node.Proving;
using Assay.Node.Serving;
using Assay.Primitives.Cose;
using Assay.Programs;
using Assay.Prover;
using Assay.Receipts;
using Assay.Verification;
using System.Security.Cryptography;

namespace Assay.Node.Tests.Proving;

/// <summary>The tiny model with a prover, and a publisher who vouches for its key.</summary>
internal static class ProofModels
{
    internal static Es256Signer Publisher { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    internal static byte[] Key { get; } = MakeKey();

    internal static ProofRegistration Registration { get; } = Register();

    internal static ServedModel Serve(string name = "tiny", Func<IProofEngine, IProofEngine>? engine = null, IModelRunner? runner = null)
    {
        ExactModel model = TestModels.Tiny();
        IProofEngine real = ProverEngine.TryOpen(model, Key, 64, 1L << 30, out string? why) ?? throw new InvalidOperationException(why);
        ServedProofs proofs = new(engine?.Invoke(real) ?? real, [Registration]);
        return ServedModels.Create(model, new ModelTerms(name, "entertainment", null, WeightsPublic: true), "adds and subtracts", "{}"u8.ToArray(), runner ?? new ExactRunner(model), proofs);
    }

    /// <summary>A caller who believes the node and the publisher.</summary>
    internal static TrustFile Trust(NodeFixture node) =>
        TrustFile.TryParse(System.Text.Encoding.UTF8.GetBytes(node.Host.Identity.TrustText + $"publisher maker {Publisher.PublicKey.Thumbprint()}\n"), out _, out _)!;

    private static byte[] MakeKey()
    {
        using ProvingKey key = ProvingKey.Create(TestModels.Tiny(), 1, out _)!;
        return key.Key.Bytes.ToArray();
    }

    private static ProofRegistration Register()
    {
        using ProvingKey key = ProvingKey.Create(TestModels.Tiny(), 1, out _)!;
        return ProofRegistration.Create(key.Model.Id, key.Key.Digest, DateTimeOffset.UnixEpoch.AddDays(20500), Publisher);
    }
}
