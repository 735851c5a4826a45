using System.Security.Cryptography;
using System.Text;
using Assay.Attestation;
using Assay.Log;
using Assay.Node.Attesting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Node.Tests.Attesting;

/// <summary>Nodes with the simulator, and what callers hold them to.</summary>
internal static class Simulated
{
    internal const string Inputs = "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]";

    /// <summary>A policy for hardware, as somebody who means it would write one.</summary>
    internal static AttestationPolicy Production { get; } = Read(
        $$"""{"profile":"assay/attestation-policy/v1","name":"production","version":1,"builds":[{"name":"b","type":"aws-nitro","measurements":{"pcr0":"{{Ones}}","pcr1":"{{Ones}}","pcr2":"{{Ones}}"} }],"types":{"aws-nitro":{} } }""");

    private static string Ones => new('1', 96);

    internal static AttestationPolicy Read(string text) => AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(text), out AttestationPolicyFault? fault) ?? throw new InvalidOperationException(fault!.Code + fault.Path);

    internal static Task<NodeFixture> StartAsync(string? folder = null, IEnumerable<ServedModel>? models = null, IAttester? attester = null, string? policyFile = null, TimeProvider? time = null) => NodeFixture.StartAsync(
        models,
        folder: folder,
        options: options => options with { Attest = AttestMode.Simulator, AttestationPolicyFile = policyFile },
        attester: attester,
        time: time);

    /// <summary>A simulator with a root of its own.</summary>
    internal static SimulatorAttester Another(string build = "another build") => new(new Es256Signer(ECDsa.Create(ECCurve.NamedCurves.nistP256)), build, TimeProvider.System);

    /// <summary>A simulator of this build, that can be broken; the node takes a policy that accepts it.</summary>
    internal static (FaultyAttester Attester, string PolicyFile) Breakable(string folder)
    {
        SimulatorAttester simulator = Another(NodeVersion.Build);
        return (new FaultyAttester(simulator), Write(folder, simulator.PolicyOfItsOwn().Text));
    }

    internal static string Write(string folder, string policy)
    {
        string file = Path.Combine(folder, "policy.json");
        File.WriteAllText(file, policy, new UTF8Encoding(false));
        return file;
    }

    /// <summary>What the policy of the verifier's own is for a node: the one that names its simulator.</summary>
    internal static AttestationPolicy PolicyOf(NodeFixture node) => node.Host.Attestation!.Settings.Policy.Policy;

    /// <summary>The endorsement by attested hardware in a bundle, appraised under a policy.</summary>
    internal static (AttachedEndorsement Item, Appraisal Appraisal) Appraised(byte[] bundleBytes, params AttestationPolicy[] policies)
    {
        Bundle bundle = Bundle.TryDecode(bundleBytes, out _)!;
        AttachedEndorsement item = bundle.Endorsements.Single(static e => e.Endorsement is { By: Basis.Tee, Finding: EndorsementFinding.Established });
        AttestationMaterial material = AttestationMaterial.TryDecode(bundle.Material!.Value, out _)!;
        return (item, Appraiser.Appraise(new AppraisalInput
        {
            Evidence = AttestationEvidence.TryDecode(item.Evidence!.Value, out _)!,
            Policies = policies,
            Times = AppraisalTimes.Of(DateTimeOffset.FromUnixTimeMilliseconds(bundle.Envelope.Statement.IssuedAt)),
            Collateral = material.Collateral,
            Expected = new BindingExpectation { Key = item.Endorsement.Issuer, Node = bundle.KeySet.Digest },
        }));
    }

    /// <summary>A stopped node's log.</summary>
    internal static async Task<List<LogEntry>> EntriesAsync(string folder)
    {
        using NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, "test.example/log", TimeProvider.System.GetUtcNow());
        await using TiledLog log = TiledLog.Open(Path.Combine(folder, "log"), new LogOptions { Signer = identity.LogSigner });
        return [.. Enumerable.Range(0, (int)log.Size).Select(i => LogEntry.TryDecode(log.GetEntry((ulong)i)!, out _)!)];
    }
}
