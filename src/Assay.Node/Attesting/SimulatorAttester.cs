using System.Security.Cryptography;
using System.Text;
using Assay.Attestation;
using Assay.Files;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Node.Attesting;

/// <summary>
/// No hardware: reports by a key in the node's folder (spec/attestation.md, "Simulator"). The measurement is the SHA-384 of what the build calls
/// itself, and measures nothing; the platform is the root key. So that the whole path can be tried, and refused.
/// </summary>
internal sealed class SimulatorAttester : IAttester
{
    private readonly Es256Signer _root;
    private readonly TimeProvider _time;
    private readonly byte[] _measurement;
    private readonly byte[] _platform;

    /// <summary>Takes ownership of the root.</summary>
    internal SimulatorAttester(Es256Signer root, string build, TimeProvider time)
    {
        (_root, _time) = (root, time);
        _measurement = SHA384.HashData(Encoding.UTF8.GetBytes(build));
        _platform = SHA256.HashData(root.PublicKey.ToArray())[..SimulatorReport.PlatformLength];
    }

    /// <inheritdoc/>
    public EvidenceType Type => EvidenceType.Simulator;

    /// <inheritdoc/>
    public string Place => "the simulator (no hardware)";

    /// <summary>What a policy must name to accept this simulator's reports.</summary>
    internal Digest32 Root => _root.PublicKey.Thumbprint();

    /// <summary>The simulator of a node's folder; its root is made there the first time.</summary>
    /// <exception cref="KeyException">The root's file can't be used.</exception>
    internal static SimulatorAttester Open(string nodeFolder, TimeProvider time, string? build = null)
    {
        string folder = Path.Combine(nodeFolder, "attestation");
        string path = Path.Combine(folder, "simulator-root.pem");
        if (!File.Exists(path))
        {
            OwnerOnlyFile.CreateDirectory(folder);
            using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            ProtectedKeyFile.WriteP256(path, made, null);
        }

        return new SimulatorAttester(new Es256Signer(ProtectedKeyFile.ReadP256(path, null)), build ?? NodeVersion.Build, time);
    }

    /// <inheritdoc/>
    public ValueTask<AttesterResult> AttestAsync(TeeBinding binding, CancellationToken cancellation) => ValueTask.FromResult(AttesterResult.Of(
        SimulatorReport.Create(_root, binding.Digest.Span, _measurement, _platform, _time.GetUtcNow()), CollateralSet.Empty));

    /// <summary>A policy that accepts exactly this simulator and this build: for a node that was given none.</summary>
    internal AttestationPolicy PolicyOfItsOwn() => AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(
        $$"""
        {"profile":"{{DomainTags.AttestationPolicy}}","name":"simulator of this node","version":1,"grades":["simulated"],
         "builds":[{"name":"{{NodeVersion.Build}}","type":"simulator","measurements": {"measurement":"{{Convert.ToHexStringLower(_measurement)}}"} }],
         "types": {"simulator": {"roots":["{{Root}}"]} } }
        """), out AttestationPolicyFault? fault) ?? throw new InvalidOperationException($"{fault!.Code} {fault.Path}");

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();
}
