using System.Security.Cryptography;
using Assay.Node.Proving;
using Assay.Primitives.Cose;
using Assay.Programs;
using Assay.Prover;
using Assay.Receipts;

namespace Assay.Cli.Demo;

/// <summary>A model set up for proofs in memory, with a publisher who vouches for its key.</summary>
internal sealed class DemoProver : IDisposable
{
    private readonly Es256Signer _publisher = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly ExactModel _model;
    private readonly byte[] _key;
    private readonly ProofRegistration _registration;

    internal DemoProver(ExactModel model)
    {
        _model = model;
        using ProvingKey key = ProvingKey.Create(model, 1, out _) ?? throw new InvalidOperationException("The demo's model is provable.");
        _key = key.Key.Bytes.ToArray();
        _registration = ProofRegistration.Create(model.Id, key.Key.Digest, TimeProvider.System.GetUtcNow(), _publisher);
    }

    /// <summary>What makes a verifier believe the publisher.</summary>
    internal string TrustLine => $"publisher maker {_publisher.PublicKey.Thumbprint()}\n";

    internal ServedProofs Serve() => new(
        ProverEngine.TryOpen(_model, _key, 1, 1L << 30, out string? why) ?? throw new InvalidOperationException(why),
        [_registration]);

    public void Dispose() => _publisher.Dispose();
}
