using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

/// <summary>All receipt vectors. Each says by hand what a verifier has to find.</summary>
internal sealed partial class VectorCatalogue : IDisposable
{
    private readonly World _world = new();
    private readonly World _other = new("other", "other.example/assay");
    private readonly List<VectorCase> _cases = [];

    private VectorCatalogue(bool empty = false)
    {
        if (empty)
        {
            return;
        }

        AddSound();
        AddUnreadable();
        AddAlteredStatementsAndClaims();
        AddAlteredProofsAndSignatures();
        AddTrustAndTime();
        AddContradictions();
        AddLogs();
        AddLevels();
        AddWitnesses();
        AddEnds();
        AddKeys();
        AddPeers();
        AddPolicies();
    }

    /// <summary>Made once: several test classes look at it.</summary>
    public static IReadOnlyList<VectorCase> All { get; } = Build();

    public void Dispose()
    {
        _world.Dispose();
        _other.Dispose();
        foreach (Primitives.Notes.CosignatureSigner witness in _witnesses)
        {
            witness.Dispose();
        }
    }

    private static List<VectorCase> Build()
    {
        using VectorCatalogue catalogue = new();
        return catalogue._cases;
    }

    private static Bundle Decoded(BundleParts parts) =>
        Bundle.TryDecode(parts.Encode(), out string? error) ?? throw new InvalidOperationException(error);

    private static byte[] Disclosing(BundleParts parts, params string[] keep) =>
        (Decoded(parts).Redact(keep, out string? error, out string? field) ?? throw new InvalidOperationException($"{error} {field}")).Encode();

    private void Met(string name, string note, byte[] bundle, Func<VectorCase, VectorCase>? with = null) =>
        Add(name, note, Outcome.Met, "met", [], bundle, with);

    private void NotMet(string name, string note, byte[] bundle, Func<VectorCase, VectorCase>? with = null) =>
        Add(name, note, Outcome.PolicyNotMet, "unmet", [], bundle, with);

    private void CannotEvaluate(string name, string note, string reason, byte[] bundle, Func<VectorCase, VectorCase>? with = null) =>
        Add(name, note, Outcome.CannotEvaluate, reason, [], bundle, with);

    private void Unreadable(string name, string note, byte[] bundle) =>
        Add(name, note, Outcome.CannotEvaluate, CheckCodes.BundleDecode, [CheckCodes.BundleDecode], bundle, null);

    /// <summary>The failed checks in the spec's order: the first is the reason.</summary>
    private void Untrusted(string name, string note, string[] failed, byte[] bundle, Func<VectorCase, VectorCase>? with = null) =>
        Add(name, note, Outcome.Untrusted, failed[0], failed, bundle, with);

    private void Untrusted(string name, string note, string[] failed, Action<BundleParts> spoil, Func<VectorCase, VectorCase>? with = null) =>
        Untrusted(name, note, failed, _world.Parts().Also(spoil).Encode(), with);

    private void Add(string name, string note, Outcome outcome, string reason, string[] failed, byte[] bundle, Func<VectorCase, VectorCase>? with)
    {
        VectorCase vector = new(name, note, outcome, reason, failed, bundle) { Trust = _world.TrustText };
        _cases.Add(with is null ? vector : with(vector));
    }
}
